import assert from "node:assert/strict";
import type { JsonObject } from "../../../kube/api.ts";
import { LIMIT_RANGE, PERSISTENT_VOLUME_CLAIM, RESOURCE_QUOTA } from "../../../kube/resources.ts";
import { claim, type ClaimFields, CLASSES, refusal, type Stored } from "./testing/refusal.ts";

function quota(hard: JsonObject, more: JsonObject = {}, namespace = "db"): Stored[number] {
  return [RESOURCE_QUOTA, { metadata: { name: "q", namespace }, spec: { hard, ...more } }];
}

function held(fields: ClaimFields): Stored[number] {
  return [PERSISTENT_VOLUME_CLAIM, claim(fields)];
}

const CLASS_STORAGE = "grows.storageclass.storage.k8s.io/requests.storage";
const EXCEEDED = '403 Forbidden: persistentvolumeclaims "data" is forbidden: exceeded quota: q, ';

const QUOTAS: readonly (readonly [string, Stored, string])[] = [
  ["lets a claim grow up to the quota", [quota({ "requests.storage": "20Gi" }), held({})], ""],
  [
    "counts all claims of the namespace",
    [quota({ "requests.storage": "20Gi" }), held({}), held({ name: "wal", size: "1Gi" })],
    `${EXCEEDED}requested: requests.storage=10Gi, used: requests.storage=11Gi, limited: ` +
    "requests.storage=20Gi",
  ],
  [
    "counts what is allocated to a claim where that is more",
    [
      quota({ "requests.storage": "25Gi" }),
      held({}),
      held({ name: "wal", size: "1Gi", allocated: "6Gi" }),
    ],
    `${EXCEEDED}requested: requests.storage=10Gi, used: requests.storage=16Gi, limited: ` +
    "requests.storage=25Gi",
  ],
  [
    "counts by class",
    [quota({ [CLASS_STORAGE]: "15Gi", "requests.storage": "1Ti" }), held({})],
    `${EXCEEDED}requested: ${CLASS_STORAGE}=10Gi, used: ${CLASS_STORAGE}=10Gi, limited: ` +
    `${CLASS_STORAGE}=15Gi`,
  ],
  [
    "leaves claims of other classes out",
    [quota({ [CLASS_STORAGE]: "20Gi" }), held({}), held({ name: "wal", className: "fixed" })],
    "",
  ],
  ["leaves other namespaces alone", [quota({ "requests.storage": "1Gi" }, {}, "other")], ""],
  [
    "leaves quotas of a scope alone",
    [quota({ "requests.storage": "1Gi" }, { scopes: ["BestEffort"] })],
    "",
  ],
];

for (const [what, stored, text] of QUOTAS) {
  Deno.test(`admissions() ${what} when a claim grows`, () => {
    const change = { object: claim({ size: "20Gi" }), previous: claim() };
    assert.equal(refusal(PERSISTENT_VOLUME_CLAIM, "data", change, [...CLASSES, ...stored]), text);
  });
}

Deno.test("admissions() counts claims when one is created", () => {
  const stored: Stored = [quota({ persistentvolumeclaims: "1" }), held({ name: "wal" })];
  assert.equal(
    refusal(PERSISTENT_VOLUME_CLAIM, "data", { object: claim() }, stored),
    `${EXCEEDED}requested: persistentvolumeclaims=1, used: persistentvolumeclaims=1, limited: ` +
      "persistentvolumeclaims=1",
  );
});

Deno.test("admissions() lets a claim shrink although its quota is exceeded", () => {
  const stored: Stored = [quota({ "requests.storage": "1Gi" }), held({})];
  const change = { object: claim({ size: "6Gi" }), previous: claim() };
  assert.equal(refusal(PERSISTENT_VOLUME_CLAIM, "data", change, stored), "");
});

function limitRange(...limits: JsonObject[]): Stored[number] {
  return [LIMIT_RANGE, { metadata: { name: "l", namespace: "db" }, spec: { limits } }];
}

const LIMITED = '403 Forbidden: persistentvolumeclaims "data" is forbidden: ';
const CLAIM_TYPE = "PersistentVolumeClaim";

const LIMITS: readonly (readonly [string, Stored[number], string])[] = [
  [
    "lets a size at the maximum pass",
    limitRange({ type: CLAIM_TYPE, max: { storage: "20Gi" } }),
    "",
  ],
  [
    "refuses a size above the maximum",
    limitRange({ type: CLAIM_TYPE, max: { storage: "15Gi" } }),
    `${LIMITED}maximum storage usage per PersistentVolumeClaim is 15Gi, but request is 20Gi`,
  ],
  [
    "refuses a size below the minimum, and what is not requested",
    limitRange({ type: CLAIM_TYPE, min: { storage: "1Ti" }, max: { other: "1" } }),
    `${LIMITED}[minimum storage usage per PersistentVolumeClaim is 1Ti, but request is 20Gi, maximum ` +
    "other usage per PersistentVolumeClaim is 1.  No request is specified]",
  ],
  [
    "leaves limits of containers alone",
    limitRange({ type: "Container", max: { storage: "1" } }),
    "",
  ],
];

for (const [what, range, text] of LIMITS) {
  Deno.test(`admissions() ${what}, at creation and at growth`, () => {
    const object = claim({ size: "20Gi" });
    const stored = [...CLASSES, range];
    assert.equal(refusal(PERSISTENT_VOLUME_CLAIM, "data", { object }, stored), text);
    const growth = { object, previous: claim() };
    assert.equal(refusal(PERSISTENT_VOLUME_CLAIM, "data", growth, stored), text);
  });
}

Deno.test("admissions() does not limit claims that are on their way out", () => {
  const previous = claim({ metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } });
  const range = limitRange({ type: CLAIM_TYPE, max: { storage: "1Gi" } });
  const change = { object: claim(), previous };
  assert.equal(refusal(PERSISTENT_VOLUME_CLAIM, "data", change, [range]), "");
});
