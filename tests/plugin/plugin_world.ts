/**
 * A directory with the installed plugin, a kubeconfig of many contexts, and a server that they lead to.
 *
 * @module
 */

import type { FakeApiServer } from "../../kube/testing/fake_api_server.ts";
import { startSampleServer } from "../../plugin/testing/run_sample.ts";
import { installPlugin } from "../../tools/install_plugin.ts";
import { createPki, type KeyPair, type Pki } from "../lab/pki.ts";
import { type Outcome, runKubectl } from "./run_kubectl.ts";
import { type ConnectProxy, startConnectProxy, startTlsFront, type TlsFront } from "./tls_front.ts";

/** Everything that a command needs. */
export interface PluginWorld extends AsyncDisposable {
  readonly directory: string;
  readonly server: FakeApiServer;
  readonly front: TlsFront;
  readonly proxy: ConnectProxy;
  /** Runs `kubectl` with the plugin in PATH. */
  kubectl(...args: readonly string[]): Promise<Outcome>;
}

/** Builds it. Disposing of it leaves nothing behind. */
export async function startPluginWorld(): Promise<PluginWorld> {
  await using started = new AsyncDisposableStack();
  const directory = await Deno.makeTempDir({ prefix: "cnpg-storage-plugin-" });
  started.defer(() => Deno.remove(directory, { recursive: true }));
  const pki = await createPki(`${directory}/pki`);
  const server = started.use(await startSampleServer());
  const front = started.use(await startTlsFront(pki, server.url));
  const proxy = started.use(await startConnectProxy());
  await installPlugin(`${directory}/bin`);
  await writeFiles(directory, pki, { front: front.url, plain: server.url, proxy: proxy.url });
  const place = {
    pluginDirectory: `${directory}/bin`,
    kubeconfig: ["missing", "first", "second"].map((name) => `${directory}/${name}.yaml`).join(":"),
  };
  const running = started.move();
  return {
    directory,
    server,
    front,
    proxy,
    kubectl: (...args) => runKubectl(place, args),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

interface Addresses {
  readonly front: string;
  readonly plain: string;
  readonly proxy: string;
}

/** Two files, so that KUBECONFIG is a list; relative paths start at each of them. */
async function writeFiles(directory: string, pki: Pki, addresses: Addresses): Promise<void> {
  const jane = await pki.issueClient({ user: "jane" });
  await Deno.writeTextFile(`${directory}/ca.crt`, pki.caCertificate);
  await Deno.writeTextFile(`${directory}/jane.token`, "from-file\n");
  await Deno.writeTextFile(`${directory}/login.sh`, loginScript());
  await Deno.chmod(`${directory}/login.sh`, 0o755);
  await Deno.writeTextFile(`${directory}/first.yaml`, JSON.stringify(firstFile(addresses)));
  await Deno.writeTextFile(`${directory}/second.yaml`, JSON.stringify(secondFile(jane)));
}

function loginScript(): string {
  return `#!/bin/sh
case "$KUBERNETES_EXEC_INFO" in
  *client.authentication.k8s.io/v1*) ;;
  *) echo "expected KUBERNETES_EXEC_INFO" >&2; exit 1;;
esac
printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential",'
printf '"status":{"token":"from-exec-%s"}}' "$REALM"
`;
}

function firstFile({ front, plain, proxy }: Addresses): object {
  const ca = { "certificate-authority": "ca.crt" };
  const clusters: Readonly<Record<string, object>> = {
    front: { server: front, ...ca },
    plain: { server: plain },
    insecure: { server: front, "insecure-skip-tls-verify": true },
    untrusted: { server: front },
    renamed: { server: front, ...ca, "tls-server-name": "kubernetes.default.svc" },
    misnamed: { server: front, ...ca, "tls-server-name": "elsewhere.example" },
    proxied: { server: front, ...ca, "proxy-url": proxy },
    gone: { server: "https://127.0.0.1:1", ...ca },
  };
  return {
    "apiVersion": "v1",
    "kind": "Config",
    "current-context": "certificate",
    "clusters": Object.entries(clusters).map(([name, cluster]) => ({ name, cluster })),
    "contexts": Object.entries(CONTEXTS).map(([name, [cluster, user]]) => ({
      name,
      context: { cluster, user, namespace: "database" },
    })),
  };
}

/** Contexts: the cluster and the user of each. */
const CONTEXTS: Readonly<Record<string, readonly [string, string]>> = {
  "certificate": ["front", "certificate"],
  "exec": ["front", "exec"],
  "exec-fails": ["front", "exec-fails"],
  "token-file": ["front", "token-file"],
  "plain": ["plain", "nobody"],
  "insecure": ["insecure", "token"],
  "untrusted": ["untrusted", "token"],
  "renamed": ["renamed", "token"],
  "misnamed": ["misnamed", "token"],
  "proxied": ["proxied", "token"],
  "gone": ["gone", "token"],
};

function secondFile({ certificate, key }: KeyPair): object {
  const exec = {
    apiVersion: "client.authentication.k8s.io/v1",
    interactiveMode: "Never",
    command: "./login.sh",
    env: [{ name: "REALM", value: "test" }],
  };
  const users: Readonly<Record<string, object>> = {
    certificate: {
      "client-certificate-data": btoa(certificate),
      "client-key-data": btoa(key),
    },
    exec: { exec },
    "exec-fails": { exec: { ...exec, command: "sh", args: ["-c", "echo no ticket >&2; exit 3"] } },
    "token-file": { tokenFile: "jane.token" },
    token: { token: "from-kubeconfig" },
    nobody: {},
  };
  return {
    apiVersion: "v1",
    kind: "Config",
    users: Object.entries(users).map(([name, user]) => ({ name, user })),
  };
}
