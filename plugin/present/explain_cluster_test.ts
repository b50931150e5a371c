import assert from "node:assert/strict";
import {
  type ClusterStorage,
  parseClusterStorage,
} from "../../lib/cluster_storage/cluster_storage.ts";
import type { ClusterReport } from "../read/report.ts";
import { GROWING, NOW_MS } from "../testing/sample_objects.ts";
import { explainCluster } from "./explain_cluster.ts";

function sentencesOf(status: ClusterStorage["status"], heading: string): readonly string[] {
  const parsed = parseClusterStorage(GROWING);
  assert.ok(parsed.kind === "cluster-storage");
  const report: ClusterReport = {
    storage: { ...parsed.clusterStorage, status },
    events: { kind: "read", value: [] },
    policies: { kind: "read", value: undefined },
    annotations: { kind: "read", value: {} },
  };
  return explainCluster(report, NOW_MS).find((one) => one.heading === heading)?.sentences ?? [];
}

Deno.test("explainCluster() tells no policy from a policy that is not recorded", () => {
  const managed = { type: "Managed", status: "False", reason: "NoPolicy" } as const;
  assert.deepEqual(sentencesOf({ conditions: [managed] }, "Which policy governs"), [
    "No policy selects the cluster: it is observed and never acted on.",
  ]);
  assert.deepEqual(sentencesOf({}, "Which policy governs"), ["Which one is not recorded yet."]);
});

Deno.test("explainCluster() tells nothing to do from what is not recorded", () => {
  const nextAction = "Nothing is to be done";
  assert.deepEqual(sentencesOf({ nextAction }, "What is done"), ["Nothing is to be done."]);
  assert.deepEqual(sentencesOf({}, "What is done"), ["What comes next is not recorded yet."]);
});

Deno.test("explainCluster() tells a hold once, although a condition says the same", () => {
  const status: ClusterStorage["status"] = {
    nextAction: "orders-1/data may not grow: Its class is fixed (StorageClassFixed)",
    conditions: [
      { type: "NotExpandable", status: "True", reason: "StorageClassFixed", message: "Fixed" },
      { type: "Blind", status: "True", reason: "SomeVolumesUnknown", message: "" },
    ],
  };
  assert.deepEqual(sentencesOf(status, "What stands out"), [
    "Blind is True: Some volumes have no recent measurement.",
  ]);
});
