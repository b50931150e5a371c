import assert from "node:assert/strict";
import type { ConnectionFlags } from "./connection_flags.ts";
import { NoContextError, selectContext, type SelectedContext } from "./select_context.ts";

const FIRST = {
  path: "/home/jane/.kube/first",
  content: JSON.stringify({
    "current-context": "one",
    clusters: [{
      name: "a",
      cluster: { server: "https://a", "certificate-authority": "ca.crt" },
    }],
    users: [
      { name: "jane", user: { "client-certificate": "/jane.crt", "client-key": "jane.key" } },
      {
        name: "exec",
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1",
            command: "bin/login",
            env: [{ name: "A", value: "B" }],
            provideClusterInfo: true,
          },
        },
      },
    ],
    contexts: [
      { name: "one", context: { cluster: "a", user: "jane", namespace: "database" } },
      { name: "login", context: { cluster: "a", user: "exec" } },
      { name: "lost", context: { cluster: "gone", user: "jane" } },
    ],
  }),
};

const SECOND = {
  path: "/etc/second",
  content: JSON.stringify({
    "current-context": "two",
    clusters: [{ name: "b", cluster: { server: "https://b" } }],
    users: [{ name: "jane", user: { token: "another jane" } }],
    contexts: [{ name: "two", context: { cluster: "b" } }],
  }),
};

function select(flags: ConnectionFlags, environment: Record<string, string> = {}): SelectedContext {
  return selectContext([FIRST, SECOND], flags, (name) => environment[name]);
}

Deno.test("selectContext() takes the first file's current context, with absolute paths", () => {
  const { server, cluster, user, namespace } = select({});
  assert.deepEqual([server, namespace], ["https://a", "database"]);
  assert.equal(cluster["certificate-authority"], "/home/jane/.kube/ca.crt");
  assert.equal(user["client-certificate"], "/jane.crt");
  assert.equal(user["client-key"], "/home/jane/.kube/jane.key");
});

Deno.test("selectContext() lets flags replace parts of the context", () => {
  assert.equal(select({ context: "two" }).server, "https://b");
  assert.equal(select({ context: "two" }).namespace, "default");
  assert.equal(select({ cluster: "b" }).server, "https://b");
  assert.equal(select({ context: "two", user: "jane" }).user["client-certificate"], "/jane.crt");
  assert.equal(select({ namespace: "other" }).namespace, "other");
  assert.equal(select({ as: "root" }).user.as, "root");
});

Deno.test("selectContext() tells credential plugins what client-go tells them", () => {
  const exec = Object(select({ context: "login" }).user.exec);
  assert.equal(exec.command, "/home/jane/.kube/bin/login");
  assert.deepEqual(exec.env[0], { name: "A", value: "B" });
  assert.equal(exec.env[1].name, "KUBERNETES_EXEC_INFO");
  assert.deepEqual(JSON.parse(exec.env[1].value), {
    kind: "ExecCredential",
    apiVersion: "client.authentication.k8s.io/v1",
    spec: { interactive: false, cluster: { server: "https://a" } },
  });
});

Deno.test("selectContext() takes a proxy of the environment where the cluster names none", () => {
  const { cluster } = select({}, { HTTPS_PROXY: "http://proxy" });
  assert.equal(cluster["proxy-url"], "http://proxy");
});

Deno.test("selectContext() names what does not exist", () => {
  assert.throws(() => select({ context: "nope" }), /^Error: context "nope" does not exist$/);
  assert.throws(() => select({ context: "lost" }), /^Error: cluster "gone" does not exist$/);
  assert.throws(() => select({ user: "nobody" }), /^Error: user "nobody" does not exist$/);
  assert.throws(() => selectContext([], {}, () => undefined), NoContextError);
});
