import { deepEqual, equal, ok } from "node:assert/strict";
import { parseStorageEvent } from "./parse_storage_event.ts";

const METADATA = {
  name: "e",
  namespace: "database",
  uid: "e-1",
  resourceVersion: "1",
  creationTimestamp: "2025-11-26T10:30:00Z",
};

const SPEC = {
  clusterRef: { name: "orders", namespace: "database" },
  eventType: "expansion",
  trigger: "threshold-breach",
  role: "data",
  reason: "AboveExpansion",
  expansion: {
    originalSize: "10Gi",
    requestedSize: "15Gi",
    limit: "40Gi",
    canary: "orders-1",
    writeBack: "cluster",
    parallelism: 1,
    affectedPVCs: [{
      name: "orders-1",
      uid: "p-1",
      instance: "orders-1",
      originalSize: "10Gi",
    }],
  },
};

const CLAIM_STATUS = {
  name: "orders-1",
  uid: "p-1",
  instance: "orders-1",
  phase: "InProgress",
  step: "Requested",
  originalSize: "10Gi",
};

const STATUS = {
  phase: "InProgress",
  pvcStatuses: [CLAIM_STATUS],
  writeBack: { state: "pending" },
  conditions: [],
  nextRetryTime: null,
};

function message(spec: unknown, status: unknown = STATUS, metadata: unknown = METADATA): string {
  const parsed = parseStorageEvent({ metadata, spec, status });
  return parsed.kind === "invalid" ? parsed.message : "";
}

Deno.test("parseStorageEvent() reads an event with everything that an operation needs", () => {
  equal(message(SPEC), "");
});

Deno.test("parseStorageEvent() never makes an operation of half a state", () => {
  const { expansion } = SPEC;
  const missing: Readonly<Record<string, string>> = {
    "spec.reason": message({ ...SPEC, reason: undefined }),
    "spec.role": message({ ...SPEC, role: undefined }),
    "spec.expansion.limit": message({ ...SPEC, expansion: { ...expansion, limit: undefined } }),
    "spec.expansion.canary": message({ ...SPEC, expansion: { ...expansion, canary: undefined } }),
    "status.writeBack": message(SPEC, { ...STATUS, writeBack: undefined }),
    "status.pvcStatuses[orders-1].step": message(SPEC, {
      ...STATUS,
      pvcStatuses: [{ ...CLAIM_STATUS, step: undefined }],
    }),
    "status.pvcStatuses[orders-1].uid": message(SPEC, {
      ...STATUS,
      pvcStatuses: [{ ...CLAIM_STATUS, uid: undefined }],
    }),
  };
  for (const [path, found] of Object.entries(missing)) {
    equal(found, `Cannot read the StorageEvent: ${path}: expected a value, found none`);
  }
});

Deno.test("parseStorageEvent() refuses words of another version", () => {
  equal(
    message({ ...SPEC, reason: "Telepathy" }),
    "Cannot read the StorageEvent: spec.reason: expected a known reason, found Telepathy",
  );
  const condition = { type: "Complete", status: "False", reason: "Telepathy" };
  ok(message(SPEC, { ...STATUS, conditions: [condition] }).includes("conditions[Complete].reason"));
  ok(message(SPEC, { ...STATUS, phase: "Paused" }).includes("status.phase"));
});

Deno.test("parseStorageEvent() refuses sizes and times that it cannot read", () => {
  const expansion = { ...SPEC.expansion, requestedSize: "much" };
  ok(message({ ...SPEC, expansion }).includes("spec.expansion.requestedSize"));
  ok(message(SPEC, { ...STATUS, startTime: "now" }).includes("status.startTime"));
  const metadata = { ...METADATA, creationTimestamp: "now" };
  ok(message(SPEC, STATUS, metadata).includes("metadata.creationTimestamp"));
});

Deno.test("parseStorageEvent() takes the Cluster's UID from the owner reference", () => {
  const owned = (kind: string, name: string): string | undefined => {
    const metadata = { ...METADATA, ownerReferences: [{ kind, name, uid: "c-1" }] };
    const parsed = parseStorageEvent({ metadata, spec: SPEC, status: STATUS });
    return parsed.kind === "event" ? parsed.cluster.uid : "invalid";
  };
  equal(owned("Cluster", "orders"), "c-1");
  equal(owned("Cluster", "other"), undefined);
  equal(owned("Pod", "orders"), undefined);
});

Deno.test("parseStorageEvent() begins an expansion that was never given a status", () => {
  const parsed = parseStorageEvent({ metadata: METADATA, spec: SPEC });
  ok(parsed.kind === "event");
  equal(parsed.event.status.phase, "Pending");
  deepEqual(parsed.event.status.volumes, [{
    claimName: "orders-1",
    claimUid: "p-1",
    instance: "orders-1",
    nodeName: undefined,
    originalBytes: 10 * 2 ** 30,
    fileSystemBytesBefore: undefined,
    step: "Queued",
  }]);
  equal(parsed.event.status.writeBack.state, "pending");
  const none = { ...SPEC, expansion: { ...SPEC.expansion, writeBack: "none" } };
  const skipped = parseStorageEvent({ metadata: METADATA, spec: none });
  ok(skipped.kind === "event" && skipped.event.status.writeBack.state === "skipped");
});

const { expansion: _expansion, ...WITHOUT_EXPANSION } = SPEC;
const RECORDS: Readonly<Record<string, unknown>> = {
  "a dry run": { ...SPEC, dryRun: true },
  "an alert": { ...WITHOUT_EXPANSION, eventType: "alert" },
  "a reset of the breaker": {
    ...WITHOUT_EXPANSION,
    eventType: "circuit-breaker",
    reason: "BreakerReset",
  },
  "a removal of WAL": { ...WITHOUT_EXPANSION, eventType: "wal-cleanup" },
  "an expansion that names no sizes": WITHOUT_EXPANSION,
};

for (const [what, spec] of Object.entries(RECORDS)) {
  for (const status of [undefined, {}, { conditions: [] }]) {
    const found = JSON.stringify(status) ?? "no status";
    Deno.test(`parseStorageEvent() takes ${what} with ${found} for completed at its creation`, () => {
      const parsed = parseStorageEvent({ metadata: METADATA, spec, status });
      ok(parsed.kind === "event");
      equal(parsed.event.status.phase, "Completed");
      equal(parsed.event.status.completedAtMs, parsed.event.createdAtMs);
      equal(parsed.event.status.writeBack.state, "skipped");
    });
  }
}
