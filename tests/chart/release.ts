/**
 * The chart as a release in the lab, and the controller that it would start in a pod.
 *
 * @module
 */

import { parse } from "yaml";
import type { JsonObject, Resource } from "../../kube/api.ts";
import { isJsonObject } from "../../kube/json.ts";
import { Redacted } from "../../kube/redacted.ts";
import { SECRET } from "../../kube/resources.ts";
import { at, textAt } from "../lab/claim.ts";
import { REPOSITORY } from "../lab/controller_process.ts";
import { waitForHttp } from "../lab/http_ready.ts";
import type { Lab } from "../lab/lab.ts";
import type { LabProcess } from "../lab/process.ts";
import { CHART, helm, type HelmAnswer, PREFIX, RELEASE, type Values } from "./helm.ts";
import { containerOf, listAt } from "./manifests.ts";
import { CONFIG_MAP, STATEFUL_SET } from "./resources.ts";

const READY_LIMIT_MS = 30_000;
/** Outlives any test. */
const TOKEN_SECONDS = 3_600;

/** The name under which the writes of the release's controller are in the audit log. */
export const RELEASE_USER = `system:serviceaccount:${RELEASE.namespace}:${PREFIX}`;

/** A release in a lab. */
export interface Release {
  /** Runs Helm as the lab's administrator. */
  run(command: "install" | "upgrade", values: Values, options?: RunOptions): Promise<HelmAnswer>;
  uninstall(): Promise<HelmAnswer>;
  /** Starts what the pod of the release would start, on free ports and with the files of this certificate. */
  startController(certificate: Certificate): Promise<LabController>;
}

/** What a run of Helm may be told besides. */
export interface RunOptions {
  /** @default {CHART} */
  readonly chart?: string | undefined;
  /** @default {[]} */
  readonly flags?: readonly string[] | undefined;
}

/** Files of a certificate in PEM. */
export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
}

/** A controller that is ready. */
export interface LabController extends LabProcess {
  readonly reportsPort: number;
}

/** Prepares for a release; nothing is installed yet. */
export async function prepareRelease(lab: Lab): Promise<Release> {
  const { controlPlane } = lab;
  const kubeconfigFile = await controlPlane.writeKubeconfig("admin", controlPlane.admin);
  const target = ["--namespace", RELEASE.namespace];
  let started = 0;
  return {
    run: (command, values, { chart = CHART, flags = [] } = {}) => {
      const created = command === "install" ? ["--create-namespace"] : [];
      const args = [command, RELEASE.name, chart, ...target, ...created, ...flags];
      return helm(args, values, kubeconfigFile);
    },
    uninstall: () => helm(["uninstall", RELEASE.name, ...target], undefined, kubeconfigFile),
    startController: (certificate) => startController(lab, certificate, ++started),
  };
}

/** Reads one of the release's own objects. */
export function readOwn(lab: Lab, resource: Resource, name = PREFIX): Promise<JsonObject> {
  return lab.api.get(resource, { namespace: RELEASE.namespace, name });
}

/** Writes the certificate that Helm made to files, and returns them with the CA. */
export async function writeCertificate(lab: Lab): Promise<Certificate & { readonly ca: string }> {
  const secret = await readOwn(lab, SECRET, `${PREFIX}-agent-tls`);
  const [certFile, keyFile] = [`${lab.directory}/agents.crt`, `${lab.directory}/agents.key`];
  await Deno.writeTextFile(certFile, decode(secret, "tls.crt"));
  await Deno.writeTextFile(keyFile, decode(secret, "tls.key"), { mode: 0o600 });
  return { certFile, keyFile, ca: decode(secret, "ca.crt") };
}

async function startController(
  lab: Lab,
  certificate: Certificate,
  serial: number,
): Promise<LabController> {
  const container = containerOf(await readOwn(lab, STATEFUL_SET));
  const [reportsPort, statusPort] = [freePort(), freePort()];
  const configFile = `${lab.directory}/release-${serial}.yaml`;
  const config = parse(textAt(await readOwn(lab, CONFIG_MAP), "data", "config.yaml"));
  await Deno.writeTextFile(
    configFile,
    JSON.stringify(placed(config, { reportsPort, statusPort, certificate })),
  );
  const args = listAt(container, "args").map(String);
  const process = lab.startProcess({
    name: `release-controller-${serial}`,
    command: Deno.execPath(),
    args: [...args.slice(0, -1), configFile, "--kubeconfig", await writeAccountKubeconfig(lab)],
    // What the pod's fields would say; the address is one that the cluster could have.
    env: {
      POD_IP: "10.0.0.1",
      POD_NAME: `${PREFIX}-${serial}`,
      POD_NAMESPACE: RELEASE.namespace,
    },
    cwd: REPOSITORY,
  });
  await waitForHttp(process, `http://127.0.0.1:${statusPort}/readyz`, { limitMs: READY_LIMIT_MS });
  return { ...process, reportsPort };
}

/** The configuration of the release; only where it listens and where its files lie is of the lab. */
function placed(
  config: unknown,
  { reportsPort, statusPort, certificate }: {
    readonly reportsPort: number;
    readonly statusPort: number;
    readonly certificate: Certificate;
  },
): JsonObject {
  if (!isJsonObject(config)) throw new TypeError("Cannot place a configuration: expected a map");
  const host = "127.0.0.1";
  return {
    ...config,
    agent: {
      audience: at(config, "agent", "audience"),
      listen: { host, port: reportsPort },
      tls: { certFile: certificate.certFile, keyFile: certificate.keyFile },
    },
    serve: { host, port: statusPort },
  };
}

/** A kubeconfig of the account that the pod of the release runs as. */
async function writeAccountKubeconfig(lab: Lab): Promise<string> {
  const { controlPlane } = lab;
  const pod = at(await readOwn(lab, STATEFUL_SET), "spec", "template", "spec");
  const token = await controlPlane.createServiceAccountToken({
    namespace: RELEASE.namespace,
    serviceAccount: textAt(pod, "serviceAccountName"),
    expirationSeconds: TOKEN_SECONDS,
  });
  return await controlPlane.writeKubeconfig("release", {
    server: controlPlane.server,
    caCertificates: [controlPlane.caCertificate],
    token: { kind: "static", token: new Redacted(token) },
  });
}

function decode(secret: JsonObject, key: string): string {
  return atob(textAt(secret, "data", key));
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
