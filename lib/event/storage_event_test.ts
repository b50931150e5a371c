import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { REASONS } from "../explain/reasons.ts";
import { bytes, GIBIBYTE } from "../units/bytes.ts";
import { millis } from "../units/millis.ts";
import type { Condition, Event, EventDraft, VolumeProgress } from "./event.ts";
import { parseStorageEvent } from "./parse_storage_event.ts";
import { phaseOfStep, storageEventObject, storageEventStatus } from "./storage_event.ts";

const CLUSTER = { namespace: "database", name: "orders", uid: "c-1" };
const CREATED_AT_MS = millis(Date.UTC(2025, 10, 26, 10, 30));

const VOLUME: VolumeProgress = {
  claimName: "orders-1",
  claimUid: "p-1",
  instance: "orders-1",
  nodeName: "worker-1",
  step: "Queued",
  originalBytes: bytes(10 * GIBIBYTE),
  fileSystemBytesBefore: bytes(10_400_000_000),
};

const DRAFT: EventDraft = {
  eventType: "expansion",
  trigger: "threshold-breach",
  dryRun: false,
  reason: "AboveExpansion",
  message: "orders-1/data is at 87 %.",
  expansion: {
    role: "data",
    originalBytes: bytes(10 * GIBIBYTE),
    requestedBytes: bytes(15 * GIBIBYTE),
    limitBytes: bytes(40 * GIBIBYTE),
    canaryClaimName: "orders-1",
    writeBack: "cluster",
    parallelism: 1,
  },
  status: { phase: "Pending", volumes: [VOLUME], writeBack: { state: "pending" }, conditions: [] },
};

/** What the API server would hold of an event, and what comes back through JSON. */
function stored(draft: EventDraft, withStatus: boolean): unknown {
  const object = storageEventObject(draft, { cluster: CLUSTER, name: "orders-expansion-1" });
  const metadata = {
    ...object.metadata,
    uid: "e-1",
    resourceVersion: "9",
    creationTimestamp: "2025-11-26T10:30:00Z",
  };
  const status = withStatus ? storageEventStatus(draft.status, [], CREATED_AT_MS) : undefined;
  return JSON.parse(JSON.stringify({ ...object, metadata, status }));
}

function eventOf(draft: EventDraft): Event {
  return {
    ...draft,
    name: "orders-expansion-1",
    uid: "e-1",
    resourceVersion: "9",
    createdAtMs: CREATED_AT_MS,
  };
}

/** Fields that are undefined and fields that are absent mean the same. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

Deno.test("storageEventObject() has the PRD's labels and belongs to the Cluster", () => {
  const { metadata } = storageEventObject(DRAFT, { cluster: CLUSTER, name: "orders-expansion-1" });
  deepEqual(metadata, {
    name: "orders-expansion-1",
    namespace: "database",
    labels: {
      "cnpg.supporttools.io/cluster": "orders",
      "cnpg.supporttools.io/event-type": "expansion",
    },
    ownerReferences: [
      { apiVersion: "postgresql.cnpg.io/v1", kind: "Cluster", name: "orders", uid: "c-1" },
    ],
  });
});

Deno.test("storageEventObject() writes sizes as quantities and leaves out what is absent", () => {
  const { spec } = storageEventObject(DRAFT, { cluster: CLUSTER, name: "orders-expansion-1" });
  deepEqual(spec, {
    clusterRef: { name: "orders", namespace: "database" },
    eventType: "expansion",
    trigger: "threshold-breach",
    dryRun: false,
    role: "data",
    reason: "AboveExpansion",
    message: "orders-1/data is at 87 %.",
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
        node: "worker-1",
        originalSize: "10Gi",
        fileSystemBytesBefore: 10_400_000_000,
      }],
    },
  });
});

Deno.test("storageEventStatus() keeps the time of a condition that did not change", () => {
  const condition: Condition = {
    type: "Complete",
    status: "False",
    reason: "ExpansionStarted",
    message: "0 of 1.",
  };
  const status = { ...DRAFT.status, conditions: [condition] };
  const first = storageEventStatus(status, [], millis(0));
  const second = storageEventStatus(status, first.conditions ?? [], millis(60_000));
  deepEqual(second, first);
});

Deno.test("storageEventStatus() says by an empty message that a write-back no longer fails", () => {
  const failed = { ...DRAFT.status, writeBack: { state: "failed", message: "refused" } } as const;
  deepEqual(storageEventStatus(failed, [], CREATED_AT_MS).writeBack, {
    state: "failed",
    message: "refused",
  });
  deepEqual(storageEventStatus(DRAFT.status, [], CREATED_AT_MS).writeBack, {
    state: "pending",
    message: "",
  });
});

Deno.test("storageEventObject() clips messages that the API server would refuse", () => {
  const draft = { ...DRAFT, message: "x".repeat(5000) };
  const { spec } = storageEventObject(draft, { cluster: CLUSTER, name: "e" });
  equal(spec.message?.length, 4096);
  ok(spec.message?.endsWith("…"));
});

Deno.test("phaseOfStep() maps every step to a phase of the PRD", () => {
  const steps = ["Queued", "Requested", "ControllerResized", "Verified", "Failed"] as const;
  deepEqual(steps.map(phaseOfStep), [
    "Pending",
    "InProgress",
    "InProgress",
    "Completed",
    "Failed",
  ]);
});

Deno.test("parseStorageEvent() finds the whole initial state of an event without status", () => {
  const parsed = parseStorageEvent(stored(DRAFT, false));
  ok(parsed.kind === "event");
  deepEqual(plain(parsed.event), plain(eventOf(DRAFT)));
  deepEqual(parsed.cluster, { namespace: "database", name: "orders", uid: "c-1" });
});

const instant = fc.integer({ min: 0, max: 4_000_000_000_000 }).map(millis);
const size = fc.maxSafeNat().map(bytes);
const reason = fc.constantFrom(...objectKeys(REASONS));
const text = fc.string({ maxLength: 40 });
const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}[a-z0-9]$/);
const volume = fc.record({
  claimName: name,
  claimUid: name,
  instance: name,
  nodeName: maybe(name),
  step: fc.constantFrom(
    "Queued" as const,
    "Requested" as const,
    "ControllerResized" as const,
    "Verified" as const,
    "Failed" as const,
  ),
  originalBytes: size,
  fileSystemBytesBefore: maybe(size),
  requestedAtMs: maybe(instant),
  controllerResizedAtMs: maybe(instant),
  nudgedAtMs: maybe(instant),
  finishedAtMs: maybe(instant),
  newBytes: maybe(size),
  verifiedBy: maybe(
    fc.constantFrom("statfs" as const, "kubelet" as const, "kubernetes" as const),
  ),
  failure: maybe(fc.record({ reason, message: text })),
});
const status = fc.record({
  phase: fc.constantFrom(
    "Pending" as const,
    "InProgress" as const,
    "Completed" as const,
    "Failed" as const,
  ),
  startedAtMs: maybe(instant),
  completedAtMs: maybe(instant),
  volumes: fc.uniqueArray(volume, { selector: ({ claimName }) => claimName, maxLength: 4 }),
  writeBack: fc.oneof(
    fc.record({ state: fc.constantFrom("pending" as const, "done" as const, "skipped" as const) }),
    fc.record({ state: fc.constant("failed" as const), message: text }),
  ),
  conditions: fc.uniqueArray(
    fc.record({
      type: name,
      status: fc.constantFrom("True" as const, "False" as const, "Unknown" as const),
      reason,
      message: text,
    }),
    { selector: ({ type }) => type, maxLength: 3 },
  ),
  retry: maybe(fc.record({ count: fc.nat(1000), nextAtMs: maybe(instant) })),
});
const draft: fc.Arbitrary<EventDraft> = fc.record({
  eventType: fc.constantFrom(
    "expansion" as const,
    "wal-cleanup" as const,
    "alert" as const,
    "circuit-breaker" as const,
  ),
  trigger: fc.constantFrom("threshold-breach" as const, "manual" as const, "scheduled" as const),
  dryRun: fc.boolean(),
  reason,
  message: text,
  manualRequestedAt: maybe(text),
  expansion: maybe(fc.record({
    role: fc.oneof(
      fc.constantFrom("data" as const, "wal" as const),
      name.map((tablespace): `tbs:${string}` => `tbs:${tablespace}`),
    ),
    originalBytes: size,
    requestedBytes: size,
    limitBytes: size,
    canaryClaimName: name,
    writeBack: fc.constantFrom("cluster" as const, "none" as const),
    parallelism: fc.integer({ min: 1, max: 100 }),
  })),
  walCleanup: maybe(fc.record({
    filesRemoved: fc.nat(100_000),
    freedBytes: size,
    oldestRetained: maybe(fc.constant("000000010000000000000050")),
  })),
  status,
});

Deno.test("parseStorageEvent() reads back every event without loss", () => {
  fc.assert(fc.property(draft, (draft) => {
    const parsed = parseStorageEvent(stored(draft, true));
    ok(parsed.kind === "event", parsed.kind === "invalid" ? parsed.message : "");
    deepEqual(plain(parsed.event), plain(eventOf(draft)));
  }));
});

function objectKeys<Key extends string>(record: Readonly<Record<Key, unknown>>): Key[] {
  const keys: Key[] = [];
  for (const key in record) keys.push(key);
  return keys;
}

function maybe<Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> {
  return fc.option(arbitrary, { nil: undefined });
}
