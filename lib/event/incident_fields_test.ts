// Alerts and circuit breakers as StorageEvents: what is written is read back, and what another version wrote is too.

import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { millis } from "../units/millis.ts";
import type { AlertProgress, BreakerSubject, Event, EventDraft, EventStatus } from "./event.ts";
import { parseStorageEvent } from "./parse_storage_event.ts";
import {
  type StorageEventObject,
  storageEventObject,
  storageEventStatus,
} from "./storage_event.ts";

const CLUSTER = { namespace: "shop", name: "orders", uid: "cluster-uid" };
const CREATED_AT_MS = millis(Date.UTC(2026, 0, 1));

const STATUS: EventStatus = {
  phase: "InProgress",
  startedAtMs: CREATED_AT_MS,
  volumes: [],
  writeBack: { state: "skipped" },
  conditions: [],
};

function draftOf(fields: Partial<EventDraft>): EventDraft {
  return {
    eventType: "alert",
    trigger: "threshold-breach",
    dryRun: false,
    reason: "AboveCritical",
    message: "orders-1/data: 81 %",
    status: STATUS,
    ...fields,
  };
}

/** As the API server gives it back. */
function stored(
  draft: EventDraft,
  status: unknown,
): Omit<StorageEventObject, "metadata"> & { readonly metadata: object; readonly status: unknown } {
  const { metadata, ...object } = storageEventObject(draft, { cluster: CLUSTER, name: "event" });
  const own = { uid: "uid", resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" };
  return { ...object, metadata: { ...metadata, ...own }, status };
}

function readBack(draft: EventDraft, status: unknown): Event {
  const parsed = parseStorageEvent(JSON.parse(JSON.stringify(stored(draft, status))));
  ok(parsed.kind === "event", parsed.kind === "invalid" ? parsed.message : "");
  return parsed.event;
}

function written(status: EventStatus): ReturnType<typeof storageEventStatus> {
  return storageEventStatus(status, [], CREATED_AT_MS);
}

const instant = fc.integer({ min: 0, max: 4e9 }).map((seconds) => millis(seconds * 1_000));
const severity = fc.constantFrom("warning" as const, "critical" as const);

const progress: fc.Arbitrary<AlertProgress> = fc.record({
  severity,
  reason: fc.constantFrom("AboveWarning" as const, "BreakerOpen" as const),
  message: fc.string({ maxLength: 40 }),
  repeats: fc.nat(1_000),
  firstRaisedAtMs: instant,
  lastRaisedAtMs: instant,
  absentSinceMs: fc.option(instant, { nil: undefined }),
});

Deno.test("parseStorageEvent() reads back every incident without loss", () => {
  const subject = fc.record({
    cause: fc.string({ minLength: 1, maxLength: 40 }),
    severity,
    instance: fc.constantFrom("orders-1", undefined),
    role: fc.constantFrom("data" as const, "wal" as const, "tbs:archive" as const, undefined),
  });
  fc.assert(fc.property(subject, progress, (alert, stands) => {
    const event = readBack(draftOf({ alert }), written({ ...STATUS, alert: stands }));
    deepEqual(event.alert, alert);
    deepEqual(event.status.alert, stands);
  }));
});

Deno.test("parseStorageEvent() reads back circuit breakers without loss", () => {
  const subjects: readonly BreakerSubject[] = [
    { scope: "global" },
    { scope: "volume", instance: "orders-1", role: "wal", claimUid: "claim-uid" },
  ];
  for (const breaker of subjects) {
    const stands = { failures: 3, halfOpenAtMs: millis(Date.UTC(2026, 0, 1, 1)) };
    const event = readBack(
      draftOf({ eventType: "circuit-breaker", reason: "BreakerOpen", breaker }),
      written({ ...STATUS, breaker: stands }),
    );
    deepEqual([event.breaker, event.status.breaker], [breaker, stands]);
  }
});

Deno.test("storageEventStatus() takes an absence back by null, which a merge does not keep", () => {
  const [stands] = fc.sample(progress, 1);
  ok(stands !== undefined);
  equal(
    written({ ...STATUS, alert: { ...stands, absentSinceMs: undefined } }).alert?.absentTime,
    null,
  );
});

Deno.test("parseStorageEvent() takes an incident for open whose writer died before its status", () => {
  const alert = { cause: "pressure/orders-1/data", severity: "critical" } as const;
  equal(readBack(draftOf({ alert }), undefined).status.phase, "InProgress");
  equal(readBack(draftOf({}), undefined).status.phase, "Completed");
});

Deno.test("parseStorageEvent() reads an incident in words of another version, and no operation", () => {
  const alert = { cause: "comet/orders-1/data", severity: "critical" } as const;
  const object = stored(draftOf({ alert }), {
    phase: "InProgress",
    nextVersion: true,
    conditions: [{ type: "Resolved", status: "False", reason: "CometNear" }],
  });
  const spec = { ...object.spec, reason: "CometNear" };
  const parsed = parseStorageEvent({ ...object, spec });
  ok(parsed.kind === "event");
  equal(parsed.event.reason, "ReasonUnknown");
  equal(parsed.event.status.conditions[0]?.reason, "ReasonUnknown");
  equal(
    parseStorageEvent({ ...object, spec: { ...spec, eventType: "expansion" } }).kind,
    "invalid",
  );
});
