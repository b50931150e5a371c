import assert from "node:assert/strict";
import type { WatchState } from "../observe/observer.ts";
import { explainWatch } from "./explain_watch.ts";

function watch(fields: Partial<WatchState>): WatchState {
  const counts = { relists: 0, failures: 0 };
  return { resource: "pods", group: "", synced: false, ...counts, ...fields };
}

const SENTENCES: Readonly<Record<string, [Partial<WatchState>, string | undefined]>> = {
  "nothing about a picture that can be relied on": [{ synced: true, silentForMs: 1 }, undefined],
  "that a picture is not there yet": [{}, "pods: not listed yet"],
  "for how long a watch has been silent": [
    { synced: true, silentForMs: 200_000 },
    "pods: nothing was heard for 200 s",
  ],
  "who brings the definition of a Cluster": [
    {
      resource: "clusters",
      group: "postgresql.cnpg.io",
      trouble: { verb: "watch", code: 404, message: "not found" },
    },
    "clusters.postgresql.cnpg.io: the API server does not serve it (404); install CloudNativePG",
  ],
  "who brings our own definitions": [
    {
      resource: "storagepolicies",
      group: "cnpg.supporttools.io",
      trouble: { verb: "watch", code: 404, message: "not found" },
    },
    "storagepolicies.cnpg.supporttools.io: the API server does not serve it (404); install this " +
    "product's chart, which brings its CustomResourceDefinitions",
  ],
  "that a server is too old": [
    {
      resource: "csistoragecapacities",
      group: "storage.k8s.io",
      trouble: { verb: "watch", code: 404, message: "not found" },
    },
    "csistoragecapacities.storage.k8s.io: the API server does not serve it (404); use an API " +
    "server that serves it",
  ],
  "which right is missing, and where": [
    { trouble: { verb: "list", code: 403, message: "forbidden", namespace: "shop" } },
    "pods: the right to list it in namespace shop is missing (403); give the controller's " +
    "ServiceAccount the verbs get, list and watch on pods (docs/rbac.example.yaml)",
  ],
  "that a right is missing in all namespaces": [
    { trouble: { verb: "watch", code: 403, message: "forbidden" } },
    "pods: the right to watch it in all namespaces is missing (403); give the controller's " +
    "ServiceAccount the verbs get, list and watch on pods (docs/rbac.example.yaml)",
  ],
  "that the token is not accepted": [
    { trouble: { verb: "watch", code: 401, message: "unauthorized" } },
    "pods: the API server does not accept the controller's token (401) to watch it",
  ],
  "what else went wrong": [
    { trouble: { verb: "watch", message: "connection refused" } },
    "pods: connection refused",
  ],
};

for (const [what, [fields, expected]] of Object.entries(SENTENCES)) {
  Deno.test(`explainWatch() says ${what}`, () => {
    assert.equal(explainWatch(watch(fields)), expected);
  });
}
