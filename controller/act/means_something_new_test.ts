import assert from "node:assert/strict";

import type { ClusterStorageStatus } from "../../lib/cluster_storage/cluster_storage.ts";
import { meansSomethingNew } from "./means_something_new.ts";

type Volume = NonNullable<ClusterStorageStatus["volumes"]>[number];

const volume: Volume = {
  instance: "orders-1",
  role: "data",
  claim: "orders-1",
  requested: "10Gi",
  capacity: "10Gi",
  used: "5Gi",
  pressurePercent: 50,
  level: "ok",
  lastSampleTime: "2026-01-01T00:00:00Z",
};
const condition = {
  type: "Expanding",
  status: "False",
  reason: "Settled",
  message: "No expansion is under way",
} as const;
const pause = {
  type: "Managed",
  status: "False",
  reason: "Paused",
  message: "Paused by annotation until noon",
} as const;
const status: ClusterStorageStatus = {
  level: "ok",
  policy: { name: "gold", dryRun: false },
  pressurePercent: 50,
  volumes: [volume],
  conditions: [condition],
  firstSeenSizes: { data: "10Gi" },
  nextAction: "Nothing needs to be done",
  lastUpdated: "2026-01-01T00:00:00Z",
};

function withVolume(fields: Partial<Volume>): ClusterStorageStatus {
  return { ...status, volumes: [{ ...volume, ...fields }] };
}

function withoutPressure(): ClusterStorageStatus {
  const { pressurePercent: _, ...rest } = volume;
  return { ...status, volumes: [rest] };
}

const cases: Record<string, [ClusterStorageStatus, boolean]> = {
  "nothing": [status, false],
  "used bytes and times": [
    withVolume({ used: "5100Mi", lastSampleTime: "2026-01-01T01:00:00Z" }),
    false,
  ],
  "four points of pressure up": [withVolume({ pressurePercent: 54 }), false],
  "five points of pressure up": [withVolume({ pressurePercent: 55 }), true],
  "five points of pressure down": [withVolume({ pressurePercent: 45 }), true],
  "pressure that is no longer known": [withoutPressure(), true],
  "a volume's level": [withVolume({ level: "warning" }), true],
  "a request": [withVolume({ requested: "15Gi" }), true],
  "a capacity": [withVolume({ capacity: "15Gi" }), true],
  "another claim": [withVolume({ claim: "orders-4" }), true],
  "a volume more": [{ ...status, volumes: [volume, { ...volume, instance: "orders-2" }] }, true],
  "the level": [{ ...status, level: "warning" }, true],
  "the policy": [{ ...status, policy: { name: "silver", dryRun: false } }, true],
  "a dry run": [{ ...status, policy: { name: "gold", dryRun: true } }, true],
  "no policy": [{ ...status, policy: null }, true],
  "a condition": [{ ...status, conditions: [{ ...condition, status: "True" }] }, true],
  "a condition's reason": [{ ...status, conditions: [{ ...condition, reason: "Healthy" }] }, true],
  "a condition's wording": [{ ...status, conditions: [{ ...condition, message: "None" }] }, false],
  "the next action's wording": [{ ...status, nextAction: "Wait 3 min" }, false],
  "a role first seen": [{ ...status, firstSeenSizes: { data: "10Gi", wal: "5Gi" } }, true],
};

for (const [name, [next, expected]] of Object.entries(cases)) {
  Deno.test(`meansSomethingNew() is ${expected} when ${name} changed`, () => {
    assert.equal(meansSomethingNew(status, next), expected);
  });
}

Deno.test("meansSomethingNew() is true when a message quotes something else that a person wrote", () => {
  const paused = { ...status, conditions: [pause] };
  const until = "Paused by annotation until midnight";
  assert.ok(!meansSomethingNew(paused, paused));
  assert.ok(meansSomethingNew(paused, { ...status, conditions: [{ ...pause, message: until }] }));
});

Deno.test("meansSomethingNew() takes null for what a merge patch leaves: absence", () => {
  const { policy: _, ...unmanaged } = status;
  assert.equal(meansSomethingNew(unmanaged, { ...status, policy: null }), false);
});

Deno.test("meansSomethingNew() is true for a status that was never written", () => {
  assert.equal(meansSomethingNew({}, status), true);
});
