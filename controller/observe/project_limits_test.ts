// What is read of a quota, a LimitRange and a capacity, and what is left to the API server.

import assert from "node:assert/strict";
import type { JsonObject } from "../../kube/api.ts";
import { GIBIBYTE } from "../../lib/units/bytes.ts";
import { projectClassCapacity, projectLimitRange, projectQuota } from "./project_limits.ts";

const METADATA = { name: "team", namespace: "shop", uid: "u", resourceVersion: "1" };

function quota(hard: JsonObject, used: JsonObject, spec: JsonObject = {}): JsonObject {
  return { metadata: METADATA, spec, status: { hard, used } };
}

Deno.test("projectQuota() keeps what counts storage that claims ask for", () => {
  const counted = {
    "requests.storage": "10Gi",
    "fast.storageclass.storage.k8s.io/requests.storage": "5Gi",
    "fast.storageclass.storage.k8s.io/persistentvolumeclaims": "5",
    "requests.cpu": "4",
  };
  const used = { ...counted, "requests.storage": "0" };
  assert.deepEqual(projectQuota(quota(counted, used)), {
    namespace: "shop",
    quotas: [
      { name: "team", hardBytes: 10 * GIBIBYTE, usedBytes: 0 },
      { name: "team", storageClass: "fast", hardBytes: 5 * GIBIBYTE, usedBytes: 5 * GIBIBYTE },
    ],
  });
});

Deno.test("projectQuota() limits nothing where it cannot tell what is left", () => {
  const storage = { "requests.storage": "10Gi" };
  const cases: [string, JsonObject][] = [
    ["no status", { metadata: METADATA, spec: { hard: storage } }],
    ["no usage yet", quota(storage, {})],
    ["an amount of another kind", quota({ "requests.storage": "much" }, storage)],
    ["pods alone", quota({ pods: "1" }, { pods: "0" })],
    ["a scope", quota(storage, storage, { scopes: ["BestEffort"] })],
    ["a selector of scopes", quota(storage, storage, { scopeSelector: {} })],
  ];
  for (const [name, object] of cases) assert.equal(projectQuota(object), undefined, name);
});

Deno.test("projectLimitRange() keeps the maximum of claims", () => {
  const limits = [
    { type: "Container", max: { storage: "1Gi" } },
    { type: "PersistentVolumeClaim", max: { storage: "50Gi" }, min: { storage: "1Gi" } },
    { type: "PersistentVolumeClaim", min: { storage: "1Gi" } },
    "odd",
  ];
  assert.deepEqual(projectLimitRange({ metadata: METADATA, spec: { limits } }), {
    namespace: "shop",
    limits: [{ name: "team", maxBytes: 50 * GIBIBYTE }],
  });
  assert.equal(projectLimitRange({ metadata: METADATA, spec: { limits: [] } }), undefined);
  assert.equal(projectLimitRange({ metadata: METADATA }), undefined);
});

Deno.test("projectClassCapacity() takes what is published at its largest, and unknown as unknown", () => {
  const cases: [JsonObject, number | undefined][] = [
    [{ capacity: "7Gi" }, 7 * GIBIBYTE],
    [{ capacity: "0" }, 0],
    [{ capacity: "7Gi", maximumVolumeSize: "4Gi" }, 7 * GIBIBYTE],
    [{ capacity: "7Gi", maximumVolumeSize: "9Gi" }, 9 * GIBIBYTE],
    [{ maximumVolumeSize: "4Gi" }, undefined],
    [{}, undefined],
  ];
  for (const [fields, availableBytes] of cases) {
    const object = { metadata: METADATA, storageClassName: "lvm", ...fields };
    assert.deepEqual(projectClassCapacity(object), { storageClass: "lvm", availableBytes });
  }
  assert.equal(projectClassCapacity({ metadata: METADATA, capacity: "7Gi" }), undefined);
});
