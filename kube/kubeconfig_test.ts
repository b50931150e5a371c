import assert from "node:assert/strict";
import { stringify } from "yaml";

import { kubeconfigPaths, loadKubeconfig } from "./kubeconfig.ts";
import type { LoadedConnection } from "./connection.ts";

type Json = Record<string, unknown>;

function fileOf(cluster: Json, user: Json, context: Json = {}): string {
  return stringify({
    "current-context": "here",
    "clusters": [{ name: "c", cluster: { server: "https://one", ...cluster } }],
    "users": [{ name: "u", user }],
    "contexts": [{ name: "here", context: { cluster: "c", user: "u", ...context } }],
  });
}

function load(files: Record<string, string>, context?: string): Promise<LoadedConnection> {
  return loadKubeconfig({
    paths: Object.keys(files).filter((path) => path.endsWith("config")),
    context,
    readTextFile(path): Promise<string> {
      const content = files[path];
      if (content === undefined || content === "absent") {
        return Promise.reject(new Deno.errors.NotFound("no file"));
      }
      return Promise.resolve(content);
    },
    isNotFound: (error) => error instanceof Deno.errors.NotFound,
  });
}

Deno.test("loadKubeconfig() decodes inlined data", async () => {
  const cluster = { "certificate-authority-data": btoa("CA") };
  const user = { "client-certificate-data": btoa("CERT"), "client-key-data": btoa("KEY") };
  const { connection, namespace } = await load({ "/k/config": fileOf(cluster, user) });
  assert.equal(connection.server, "https://one");
  assert.deepEqual(connection.caCertificates, ["CA"]);
  assert.equal(connection.clientCertificate?.cert, "CERT");
  assert.equal(connection.clientCertificate?.key.reveal(), "KEY");
  assert.deepEqual(connection.token, { kind: "none" });
  assert.equal(namespace, "default");
});

Deno.test("loadKubeconfig() reads files relative to the kubeconfig", async () => {
  const cluster = { "certificate-authority": "pki/ca.crt" };
  const user = { "client-certificate": "/abs/cert", "client-key": "pki/key", "tokenFile": "token" };
  const { connection, namespace } = await load({
    "/k/config": fileOf(cluster, user, { namespace: "db" }),
    "/k/pki/ca.crt": "CA",
    "/abs/cert": "CERT",
    "/k/pki/key": "KEY",
  });
  assert.deepEqual(connection.caCertificates, ["CA"]);
  assert.equal(connection.clientCertificate?.cert, "CERT");
  assert.deepEqual(connection.token, { kind: "file", path: "/k/token" });
  assert.equal(namespace, "db");
});

Deno.test("loadKubeconfig() wraps a token", async () => {
  const { connection } = await load({ "/k/config": fileOf({}, { token: "s3cret" }) });
  assert.ok(connection.token.kind === "static");
  assert.equal(connection.token.token.reveal(), "s3cret");
  assert.doesNotMatch(Deno.inspect(connection, { depth: 9, showHidden: true }), /s3cret/);
});

Deno.test("loadKubeconfig() merges files and the first one wins", async () => {
  const second = stringify({
    "current-context": "there",
    "clusters": [{ name: "c", cluster: { server: "https://two" } }, {
      name: "d",
      cluster: { server: "https://three" },
    }],
    "contexts": [{ name: "there", context: { cluster: "d", user: "u" } }],
  });
  const files = { "/absent/config": "absent", "/a/config": fileOf({}, {}), "/b/config": second };
  assert.equal((await load(files)).connection.server, "https://one");
  assert.equal((await load(files, "there")).connection.server, "https://three");
});

const unsupported: Record<string, { cluster?: Json; user?: Json; told: RegExp }> = {
  "exec": { user: { exec: { command: "login" } }, told: /exec is not supported; put a token/ },
  "auth-provider": { user: { "auth-provider": { name: "oidc" } }, told: /auth-provider is not/ },
  "a password": { user: { username: "a", password: "s3cret" }, told: /username and password/ },
  "impersonation": { user: { as: "admin" }, told: /impersonation/ },
  "proxy-url": { cluster: { "proxy-url": "http://proxy" }, told: /HTTPS_PROXY/ },
  "tls-server-name": { cluster: { "tls-server-name": "other" }, told: /tls-server-name is not/ },
  "no verification": {
    cluster: { "insecure-skip-tls-verify": true },
    told: /insecure-skip-tls-verify is not supported; set certificate-authority/,
  },
};
for (const [sentence, { cluster, user, told }] of Object.entries(unsupported)) {
  Deno.test(`loadKubeconfig() refuses ${sentence} and says what to do`, async () => {
    const loading = load({ "/k/config": fileOf(cluster ?? {}, user ?? {}) });
    await assert.rejects(loading, (error) => {
      assert.ok(error instanceof Error);
      assert.match(error.message, told);
      assert.match(error.message, /context here/);
      assert.doesNotMatch(error.message, /s3cret/);
      return true;
    });
  });
}

const broken: Record<string, { content: string; context?: string; told: RegExp }> = {
  "there is no file": { content: "absent", told: /expected a current context, found none in \/k/ },
  "the context is unknown": { content: fileOf({}, {}), context: "x", told: /found here/ },
  "the cluster is unknown": {
    content: fileOf({}, {}, { cluster: "x" }),
    told: /expected a cluster named x/,
  },
  "the user is unknown": { content: fileOf({}, {}, { user: "x" }), told: /a user named x/ },
  "it is no YAML": { content: "users: [s3cret", told: /expected YAML, found an error/ },
  "its shape is wrong": { content: "users: {s3cret: 1}", told: /an unexpected users/ },
  "its token is a number": { content: fileOf({}, { token: 5 }), told: /users\.0\.user\.token/ },
  "its data is no base64": {
    content: fileOf({ "certificate-authority-data": "s3cret!" }, {}),
    told: /certificate-authority-data to be base64/,
  },
  "a file is missing": {
    content: fileOf({ "certificate-authority": "ca" }, {}),
    told: /Cannot read certificate-authority \/k\/ca/,
  },
  "the key is missing": {
    content: fileOf({}, { "client-certificate-data": btoa("s3cret") }),
    told: /client-certificate and client-key together/,
  },
};
for (const [sentence, { content, context, told }] of Object.entries(broken)) {
  Deno.test(`loadKubeconfig() rejects without quoting when ${sentence}`, async () => {
    await assert.rejects(load({ "/k/config": content }, context), (error) => {
      assert.ok(error instanceof Error);
      assert.match(error.message, told);
      assert.doesNotMatch(Deno.inspect(error), /s3cret/);
      return true;
    });
  });
}

Deno.test("kubeconfigPaths() follows kubectl", () => {
  const both: Record<string, string> = { KUBECONFIG: "/a::/b", HOME: "/home/me" };
  assert.deepEqual(kubeconfigPaths((name) => both[name]), ["/a", "/b"]);
  const home: Record<string, string> = { HOME: "/home/me" };
  assert.deepEqual(kubeconfigPaths((name) => home[name]), ["/home/me/.kube/config"]);
  assert.deepEqual(kubeconfigPaths(() => undefined), []);
});
