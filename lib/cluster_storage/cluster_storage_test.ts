import { deepEqual, equal, ok } from "node:assert/strict";
import { GIBIBYTE } from "../units/bytes.ts";
import {
  clusterStorageObject,
  type ClusterStorageStatus,
  firstSeenSizes,
  parseClusterStorage,
} from "./cluster_storage.ts";

const METADATA = { name: "orders", namespace: "database", uid: "s-1", resourceVersion: "3" };

const STATUS: ClusterStorageStatus = {
  policy: { name: "production", dryRun: false },
  level: "warning",
  pressurePercent: 72,
  volumes: [{
    instance: "orders-1",
    role: "data",
    claim: "orders-1",
    requested: "10Gi",
    capacity: "10Gi",
    used: "7730941133",
    available: "3006477107",
    usedPercent: 72,
    pressurePercent: 72,
    level: "warning",
    source: "agent",
    lastSampleTime: "2025-11-26T10:30:00Z",
  }],
  conditions: [{ type: "Blind", status: "False", reason: "AllVolumesKnown" }],
  nextAction: "Grows at 85 %.",
  firstSeenSizes: { data: "10Gi", "tbs:archive": "1Ti" },
};

Deno.test("clusterStorageObject() has the Cluster's name and belongs to it", () => {
  deepEqual(clusterStorageObject({ namespace: "database", name: "orders", uid: "c-1" }), {
    apiVersion: "cnpg.supporttools.io/v1alpha1",
    kind: "ClusterStorage",
    metadata: {
      name: "orders",
      namespace: "database",
      ownerReferences: [
        { apiVersion: "postgresql.cnpg.io/v1", kind: "Cluster", name: "orders", uid: "c-1" },
      ],
    },
  });
});

Deno.test("parseClusterStorage() reads what was written", () => {
  const ownerReferences = [{ kind: "Cluster", name: "orders", uid: "c-1" }];
  const parsed = parseClusterStorage({
    metadata: { ...METADATA, ownerReferences },
    status: STATUS,
  });
  deepEqual(parsed, {
    kind: "cluster-storage",
    clusterStorage: { ...METADATA, clusterUid: "c-1", status: STATUS },
  });
});

Deno.test("parseClusterStorage() takes an absent status as empty", () => {
  const parsed = parseClusterStorage({ metadata: METADATA });
  ok(parsed.kind === "cluster-storage");
  deepEqual(parsed.clusterStorage.status, {});
  equal(parsed.clusterStorage.clusterUid, undefined);
});

Deno.test("parseClusterStorage() leaves out what it cannot read of a status, and keeps the rest", () => {
  const { level: _level, ...withoutLevel } = STATUS;
  const { volumes: _volumes, ...withoutVolumes } = STATUS;
  const table: [unknown, unknown][] = [
    [{ ...STATUS, level: "calm" }, withoutLevel],
    [{ ...STATUS, pressurePercent: 72.5, level: 1 }, withoutPressure(withoutLevel)],
    [{ ...STATUS, volumes: [{ instance: 1 }, "none"] }, withoutVolumes],
    [
      { ...STATUS, firstSeenSizes: { ...STATUS.firstSeenSizes, wal: "big", logs: "1Gi" } },
      STATUS,
    ],
    ["garbage", {}],
    [[STATUS], {}],
    [null, {}],
  ];
  for (const [status, expected] of table) {
    const parsed = parseClusterStorage({ metadata: METADATA, status });
    ok(parsed.kind === "cluster-storage");
    deepEqual(parsed.clusterStorage.status, expected);
  }
});

Deno.test("parseClusterStorage() names what is wrong with an object that nobody can own", () => {
  const parsed = parseClusterStorage({ metadata: { ...METADATA, uid: 7 }, status: STATUS });
  ok(parsed.kind === "invalid" && parsed.message.includes("metadata.uid: "));
});

Deno.test("firstSeenSizes() gives sizes by role, and none where none were seen", () => {
  deepEqual(firstSeenSizes(STATUS), [
    { role: "data", sizeBytes: 10 * GIBIBYTE },
    { role: "tbs:archive", sizeBytes: 1024 * GIBIBYTE },
  ]);
  deepEqual(firstSeenSizes({}), []);
});

function withoutPressure(status: Partial<typeof STATUS>): Partial<typeof STATUS> {
  const { pressurePercent: _, ...rest } = status;
  return rest;
}
