import assert from "node:assert/strict";
import type { ClusterFields } from "../testing/builders.ts";
import { clusterObject } from "../testing/builders.ts";
import { operatorState } from "./operator_state.ts";
import { projectCluster } from "./project_cluster.ts";

const BUSY: Readonly<Record<string, readonly [ClusterFields, RegExp | undefined]>> = {
  "healthy": [{}, undefined],
  "full": [{ phase: "Not enough disk space" }, undefined],
  "without a phase": [{ phase: "" }, /has not reported a phase/],
  "in any other phase": [{ phase: "Upgrading cluster" }, /reports "Upgrading cluster"/],
  "in a phase of the future": [{ phase: "Resizing disks" }, /reports "Resizing disks"/],
  "switching over": [{ status: { targetPrimary: "orders-2" } }, /from orders-1 to orders-2/],
  "failing over": [{ status: { targetPrimary: "pending" } }, /waiting for a new primary/],
  "in a first start": [{ status: { currentPrimary: "" } }, /from none to orders-1/],
  "fenced": [annotated("fencedInstances", '["orders-2"]'), /fenced instances: orders-2/],
  "fenced as a whole": [annotated("fencedInstances", '["*"]'), /all instances are fenced/],
  "fenced unreadably": [annotated("fencedInstances", "orders-2"), /cannot be read/],
  "fenced by an object": [annotated("fencedInstances", "{}"), /cannot be read/],
  "no longer fenced": [annotated("fencedInstances", "[]"), undefined],
  "hibernating": [annotated("hibernation", "on"), /hibernates/],
  "awake again": [annotated("hibernation", "off"), undefined],
  "out of the operator's hands": [annotated("reconciliationLoop", "disabled"), /disabled CNPG's/],
  "in node maintenance": [
    { spec: { nodeMaintenanceWindow: { inProgress: true } } },
    /node maintenance/,
  ],
  "in a major upgrade": [{ status: { targetPgDataImageInfo: {} } }, /major upgrade/],
  "becoming a replica": [
    { status: { switchReplicaClusterStatus: { inProgress: true } } },
    /being a replica/,
  ],
  "demoted long ago": [{ status: { demotionToken: "token" } }, undefined],
  "filling a volume": [{ status: { initializingPVC: ["orders-3"] } }, /initialized: orders-3/],
  "full and fenced": [
    { phase: "Not enough disk space", ...annotated("fencedInstances", '["*"]') },
    /all instances are fenced/,
  ],
};

for (const [what, [fields, expected]] of Object.entries(BUSY)) {
  Deno.test(`operatorState() tells whether CNPG is busy with a cluster that is ${what}`, () => {
    const { busy } = operatorState(projectCluster(clusterObject(fields)).signs);
    if (expected === undefined) assert.equal(busy, undefined);
    else assert.match(busy ?? "", expected);
  });
}

Deno.test("operatorState() tells the disk-full phase and the primary", () => {
  const { signs } = projectCluster(clusterObject({ phase: "Not enough disk space" }));
  assert.deepEqual(operatorState(signs), {
    phase: "Not enough disk space",
    busy: undefined,
    diskFull: true,
    currentPrimary: "orders-1",
  });
});

function annotated(key: string, value: string): ClusterFields {
  return { annotations: { [`cnpg.io/${key}`]: value } };
}
