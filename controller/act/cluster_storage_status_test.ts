import assert from "node:assert/strict";
import fc from "fast-check";

import {
  type ClusterStorageStatus,
  clusterStorageStatusSchema,
} from "../../lib/cluster_storage/cluster_storage.ts";
import { decide } from "../../lib/decide/decide.ts";
import {
  expansionEvent,
  gibibytes,
  governedBy,
  NOW_MS,
  policy,
  progressOf,
  sampled,
  view,
  volume,
} from "../../lib/testing/builders.ts";
import type { ClusterView, Governance } from "../../lib/view/cluster.ts";
import { mergePatch } from "../../sim/api_server/merge_patch.ts";
import { clusterStorageStatus } from "./cluster_storage_status.ts";
import { meansSomethingNew } from "./means_something_new.ts";

const governance = fc.constantFrom<Governance>(
  { kind: "none" },
  { kind: "excluded", policyName: "gold" },
  { kind: "invalid", policyName: "gold", message: "warning is above critical" },
  governedBy(policy()),
  governedBy(policy({ dryRun: true })),
);

/** How full each of some volumes is; undefined: nobody has measured it. */
const shares = fc.array(fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }), {
  maxLength: 3,
});

const governedView: fc.Arbitrary<ClusterView> = fc.tuple(shares, governance).map(
  ([usedPercents, rule]) =>
    view({
      governance: rule,
      volumes: usedPercents.map((usedPercent, index) =>
        volume({
          instance: `orders-${index + 1}`,
          fileSystem: usedPercent === undefined
            ? { kind: "unknown", reason: "NoSample", message: "no source has reported" }
            : sampled(usedPercent),
        })
      ),
    }),
);

function statusOf(cluster: ClusterView, previous: ClusterStorageStatus): ClusterStorageStatus {
  return clusterStorageStatus(cluster, decide(cluster, { defaults: policy() }), previous, NOW_MS);
}

/** What the API server holds after the status was written, read back. */
function written(stored: ClusterStorageStatus, next: ClusterStorageStatus): ClusterStorageStatus {
  return clusterStorageStatusSchema.parse(mergePatch(stored, next));
}

Deno.test("clusterStorageStatus() says nothing new once it is merged over whatever was there", () => {
  fc.assert(fc.property(governedView, governedView, (before, after) => {
    const stored = written({}, statusOf(before, {}));
    const merged = written(stored, statusOf(after, stored));
    assert.equal(meansSomethingNew(merged, statusOf(after, merged)), false);
  }));
});

Deno.test("clusterStorageStatus() made anew counts the first size from what events remember", () => {
  const grown = volume({ claim: { capacityBytes: gibibytes(40) } });
  const before = progressOf(grown, { originalBytes: gibibytes(10), step: "Verified" });
  const event = expansionEvent([before], { status: { phase: "Completed" } });
  const cluster = view({ governance: governedBy(policy()), volumes: [grown], events: [event] });
  assert.deepEqual(statusOf(cluster, {}).firstSeenSizes, { data: "10Gi" });
  const forgotten = { ...cluster, events: [] };
  assert.deepEqual(statusOf(forgotten, {}).firstSeenSizes, { data: "40Gi" });
});
