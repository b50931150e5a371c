import assert from "node:assert/strict";
import fc from "fast-check";

import type { Event } from "../event/event.ts";
import {
  expansionEvent,
  failureEvent,
  governedBy,
  NOW_MS,
  pod,
  policy,
  progressOf,
  view,
  volume,
} from "../testing/builders.ts";
import { after, DAY, type Millis, MINUTE } from "../units/millis.ts";
import type { ClusterView } from "../view/cluster.ts";
import type { Volume } from "../view/volume.ts";
import { decide } from "./decide.ts";
import type { Plan } from "./plan.ts";

const OPTIONS = { defaults: policy() };

/** Before the present: what counts for a few minutes and what counts for an hour is among it. */
const ago: fc.Arbitrary<Millis> = fc.oneof(
  fc.integer({ min: 0, max: 14 }),
  fc.integer({ min: 0, max: 100 }),
).map((minutes) => after(NOW_MS, -minutes * MINUTE));

/** Full, full by evidence, somewhere between, or seen by nobody yet. */
const likelyVolume: fc.Arbitrary<Volume> = fc.record({
  instance: fc.constantFrom("orders-1", "orders-2"),
  usedPercent: fc.constantFrom(50, 81, 86, 93, 100),
  isSeen: fc.boolean(),
  hasStopped: fc.boolean(),
  runningSinceMs: ago,
}).map(({ instance, usedPercent, isSeen, hasStopped, runningSinceMs }) => {
  const seen = volume({ instance, usedPercent });
  const postgresExit = hasStopped ? { code: 4, atMs: NOW_MS } : undefined;
  return {
    ...seen,
    pod: pod({ name: instance, runningSinceMs, postgresExit }),
    fileSystem: isSeen
      ? seen.fileSystem
      : { kind: "unknown", reason: "NoSample", message: "nobody has reported" },
  };
});

/** What may have happened to a volume. */
const likelyEvent: fc.Arbitrary<Event> = fc.record({
  kind: fc.constantFrom("failed", "grown", "dry-run"),
  instance: fc.constantFrom("orders-1", "orders-2"),
  atMs: ago,
}).map(({ kind, instance, atMs }): Event => {
  const member = volume({ instance });
  if (kind === "failed") {
    const failure = failureEvent(member, atMs);
    const verdict = { type: "Complete", status: "False", reason: "ExpansionFailed" } as const;
    const conditions = [{ ...verdict, message: "0/1 PVCs expanded" }];
    return { ...failure, status: { ...failure.status, conditions } };
  }
  const grown = progressOf(member, { step: "Verified", requestedAtMs: atMs, finishedAtMs: atMs });
  return expansionEvent([grown], {
    createdAtMs: atMs,
    dryRun: kind === "dry-run",
    reason: "AboveExpansion",
    status: { phase: "Completed", completedAtMs: atMs, writeBack: { state: "done" } },
  });
});

/** Views in which what counts now does not count for ever. */
const likelyView: fc.Arbitrary<ClusterView> = fc.record({
  volumes: fc.array(likelyVolume, { minLength: 1, maxLength: 2 }),
  events: fc.array(likelyEvent, { maxLength: 5 }).map((events) =>
    events.toSorted((first, second) => first.createdAtMs - second.createdAtMs)
  ),
  dryRun: fc.boolean(),
  maxFailures: fc.integer({ min: 1, max: 3 }),
  scope: fc.constantFrom("per-cluster", "global"),
  sharedCount: fc.integer({ min: 0, max: 3 }),
  turn: fc.integer({ min: 0, max: 3 }),
  lastAtMs: ago,
  diskFull: fc.boolean(),
}).map(({ dryRun, maxFailures, scope, sharedCount, turn, lastAtMs, diskFull, ...fields }) =>
  view({
    ...fields,
    governance: governedBy(policy({ dryRun, circuitBreaker: { maxFailures, scope } })),
    sharedFailures: { count: sharedCount, lastAtMs, turn },
    operator: { phase: "", diskFull },
    declaredSizes: [{ role: "data", field: "size", sizeBytes: volume().claim.requestBytes }],
  })
);

/**
 * What somebody would notice of a plan: stamps, and numbers in its texts, move all the time. The record of a breaker
 * is made with the first plan that sees it open, or never.
 */
function noticeable({ level, actions, alerts, conditions }: Plan): unknown {
  return {
    level,
    actions: actions.flatMap((action): unknown[] => {
      if (action.kind === "open-event" && action.draft.breaker !== undefined) return [];
      return action.kind === "record-status"
        ? [[action.eventName, action.status.phase]]
        : [action.kind];
    }),
    alerts: alerts.map(({ message: _, ...alert }) => alert),
    conditions: conditions.map(({ type, status, reason }) => [type, status, reason]),
  };
}

Deno.test("decide() comes to the same until the instant at which it wants to be asked again", () => {
  fc.assert(
    fc.property(
      likelyView,
      (seen) => {
        const plan = decide(seen, OPTIONS);
        const nowMs = after(plan.wakeAtMs ?? after(seen.nowMs, DAY), -1);
        assert.deepEqual(noticeable(decide({ ...seen, nowMs }, OPTIONS)), noticeable(plan));
      },
    ),
    { numRuns: 4_000 },
  );
});
