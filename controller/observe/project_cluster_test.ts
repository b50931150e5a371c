import assert from "node:assert/strict";
import fc from "fast-check";
import { type Bytes, bytes, GIBIBYTE } from "../../lib/units/bytes.ts";
import { clusterObject } from "../testing/builders.ts";
import { projectCluster } from "./project_cluster.ts";

function gibibytes(count: number): Bytes {
  return bytes(count * GIBIBYTE);
}

Deno.test("projectCluster() reads the sizes that are in use, with their fields", () => {
  const record = projectCluster(clusterObject({
    size: null,
    walSize: "2Gi",
    spec: {
      storage: { pvcTemplate: { resources: { requests: { storage: "20Gi" } } } },
      tablespaces: [
        { name: "odd" },
        {
          name: "hot_data",
          storage: {
            size: "3Gi",
            pvcTemplate: { resources: { requests: { storage: "9Gi" } } },
          },
        },
      ],
    },
  }));
  assert.deepEqual(record.declaredSizes, [
    { role: "data", field: "pvcTemplate", sizeBytes: gibibytes(20), tablespaceIndex: undefined },
    { role: "wal", field: "size", sizeBytes: gibibytes(2), tablespaceIndex: undefined },
    { role: "tbs:hot_data", field: "size", sizeBytes: gibibytes(3), tablespaceIndex: 1 },
  ]);
});

Deno.test("projectCluster() does not fall back to the template when size cannot be read", () => {
  const record = projectCluster(clusterObject({
    spec: {
      storage: { size: "ten", pvcTemplate: { resources: { requests: { storage: "20Gi" } } } },
    },
  }));
  assert.deepEqual(record.declaredSizes, []);
});

Deno.test("projectCluster() keeps our annotations, and of the operator's what tells busy", () => {
  const record = projectCluster(clusterObject({
    annotations: {
      "storage.cnpg.supporttools.io/paused": "true",
      "cnpg.io/hibernation": "on",
      "cnpg.io/fencedInstances": '["*"]',
      "cnpg.io/reconciliationLoop": "disabled",
      "example.com/other": "x",
    },
    status: {
      targetPrimary: "orders-2",
      targetPgDataImageInfo: { image: "pg", majorVersion: 18 },
      switchReplicaClusterStatus: { inProgress: true },
      initializingPVC: ["orders-3"],
    },
    spec: { nodeMaintenanceWindow: { inProgress: true, reusePVC: true } },
  }));
  assert.deepEqual(record.annotations, { "storage.cnpg.supporttools.io/paused": "true" });
  assert.deepEqual(record.signs, {
    phase: "Cluster in healthy state",
    currentPrimary: "orders-1",
    targetPrimary: "orders-2",
    majorUpgrade: true,
    replicaSwitch: true,
    initializingClaims: ["orders-3"],
    nodeMaintenance: true,
    hibernation: "on",
    fencedInstances: '["*"]',
    reconciliationLoop: "disabled",
  });
});

Deno.test("projectCluster() reads a Cluster that CNPG has not seen yet", () => {
  const { spec: _spec, status: _status, ...bare } = clusterObject();
  const record = projectCluster(bare);
  assert.equal(record.signs.phase, "");
  assert.deepEqual(record.declaredSizes, []);
  assert.deepEqual(record.instanceNames, []);
});

Deno.test("projectCluster() keeps the Cluster whatever one field of it holds", () => {
  const paths = [
    ["spec"],
    ["status"],
    ["spec", "storage"],
    ["spec", "storage", "size"],
    ["spec", "tablespaces"],
    ["spec", "nodeMaintenanceWindow"],
    ["status", "phase"],
    ["status", "instanceNames"],
    ["status", "currentPrimary"],
    ["metadata", "labels"],
    ["metadata", "annotations"],
    ["metadata", "creationTimestamp"],
  ];
  fc.assert(fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, odd) => {
    const record = projectCluster(withValue(clusterObject(), path, odd));
    assert.equal(record.name, "orders");
    assert.equal(record.uid, "cluster-uid");
  }));
});

for (const field of ["name", "uid", "resourceVersion"]) {
  Deno.test(`projectCluster() throws with the path when ${field} is missing`, () => {
    assert.throws(
      () => projectCluster(withValue(clusterObject(), ["metadata", field], undefined)),
      new RegExp(`Cannot read Cluster.*metadata\\.${field}`),
    );
  });
}

function withValue(
  object: unknown,
  path: readonly string[],
  value: unknown,
): Record<string, unknown> {
  const [key, ...rest] = path;
  const fields = typeof object === "object" && object !== null ? { ...object } : {};
  if (key === undefined) return fields;
  const before: unknown = Reflect.get(fields, key);
  return { ...fields, [key]: rest.length === 0 ? value : withValue(before, rest, value) };
}
