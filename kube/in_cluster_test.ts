import assert from "node:assert/strict";

import { loadInCluster } from "./in_cluster.ts";

const directory = "/var/run/secrets/kubernetes.io/serviceaccount";

function environmentOf(values: Record<string, string>): (name: string) => string | undefined {
  return (name) => values[name];
}

const pod = environmentOf({
  KUBERNETES_SERVICE_HOST: "10.0.0.1",
  KUBERNETES_SERVICE_PORT: "443",
});

Deno.test("loadInCluster() points at the files that kubelet renews", async () => {
  const loaded = await loadInCluster({
    environment: pod,
    readTextFile: (path) => Promise.resolve(path.endsWith("/namespace") ? "storage\n" : ""),
  });
  assert.deepEqual(loaded, {
    connection: {
      server: "https://10.0.0.1:443",
      caFile: `${directory}/ca.crt`,
      token: { kind: "file", path: `${directory}/token` },
    },
    namespace: "storage",
  });
});

Deno.test("loadInCluster() puts an IPv6 address in brackets", async () => {
  const environment = environmentOf({
    KUBERNETES_SERVICE_HOST: "fd00::1",
    KUBERNETES_SERVICE_PORT: "6443",
  });
  const loaded = await loadInCluster({ environment, readTextFile: () => Promise.resolve("a") });
  assert.equal(loaded.connection.server, "https://[fd00::1]:6443");
});

Deno.test("loadInCluster() says what is missing outside of a pod", async () => {
  const environment = environmentOf({});
  const loading = loadInCluster({ environment, readTextFile: () => Promise.resolve("") });
  await assert.rejects(loading, /expected KUBERNETES_SERVICE_HOST/);
});

Deno.test("loadInCluster() says what is missing when no ServiceAccount is mounted", async () => {
  const readTextFile = () => Promise.reject(new Deno.errors.NotFound("no file"));
  const loading = loadInCluster({ environment: pod, readTextFile });
  await assert.rejects(loading, /expected a ServiceAccount mounted at/);
});
