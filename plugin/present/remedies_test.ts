import assert from "node:assert/strict";
import { parseClusterStorage } from "../../lib/cluster_storage/cluster_storage.ts";
import type { Event } from "../../lib/event/event.ts";
import { expansionEvent, progressOf, volume } from "../../lib/testing/builders.ts";
import { GROWING } from "../testing/sample_objects.ts";
import type { ClusterReport } from "../read/report.ts";
import { remediesOf } from "./remedies.ts";

const FAILURE = { reason: "ResizeInfeasible", message: "The provider refuses 20 GiB" } as const;

const FAILED = expansionEvent([{ ...progressOf(volume()), step: "Failed", failure: FAILURE }]);
const GROWN = expansionEvent([{ ...progressOf(volume()), step: "Verified" }]);

function reportOf(events: readonly Event[], level: "ok" | "expansion"): ClusterReport {
  const parsed = parseClusterStorage(GROWING);
  assert.ok(parsed.kind === "cluster-storage");
  const { clusterStorage } = parsed;
  const volumes = clusterStorage.status.volumes?.map((one) => ({ ...one, level }));
  return {
    storage: { ...clusterStorage, status: { level, volumes, conditions: [] } },
    events: { kind: "read", value: events },
    policies: { kind: "read", value: undefined },
    annotations: { kind: "read", value: {} },
  };
}

Deno.test("remediesOf() answers what the last operation failed of while its volume lacks room", () => {
  const [remedy, ...others] = remediesOf(reportOf([FAILED], "expansion"));
  assert.deepEqual(others, []);
  assert.equal(remedy?.reason, "ResizeInfeasible");
  assert.equal(remedy?.command, "kubectl describe pvc orders-1 -n database");
});

Deno.test("remediesOf() has none for a failure that a later operation made good, or that hurts nobody", () => {
  assert.deepEqual(remediesOf(reportOf([GROWN, FAILED], "expansion")), []);
  assert.deepEqual(remediesOf(reportOf([FAILED], "ok")), []);
  const dry = { ...FAILED, dryRun: true };
  assert.deepEqual(remediesOf(reportOf([dry], "expansion")), []);
});
