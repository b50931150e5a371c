import assert from "node:assert/strict";

import type { LoadedConnection } from "../../../kube/connection.ts";
import { loadKubeconfig } from "../../../kube/kubeconfig.ts";
import { type KubeconfigOptions, kubeconfigText } from "./write_kubeconfig.ts";

const options = { token: "secret", contextName: "simulated", namespace: "production" };

function load(
  more: Pick<KubeconfigOptions, "serverUrl" | "caCertificate">,
): Promise<LoadedConnection> {
  return loadKubeconfig({
    paths: ["/config"],
    readTextFile: () => Promise.resolve(kubeconfigText({ ...options, ...more })),
    isNotFound: () => false,
  });
}

Deno.test("kubeconfigText() leads the product's own client to the server", async () => {
  const { connection, namespace } = await load({ serverUrl: "http://127.0.0.1:1234" });
  assert.equal(connection.server, "http://127.0.0.1:1234");
  assert.equal(namespace, "production");
  assert.ok(connection.token.kind === "static");
  assert.equal(connection.token.token.reveal(), "secret");
});

Deno.test("kubeconfigText() embeds the authority of a server with TLS", async () => {
  const { connection } = await load({ serverUrl: "https://127.0.0.1:1234", caCertificate: "PEM" });
  assert.deepEqual(connection.caCertificates, ["PEM"]);
});
