import assert from "node:assert/strict";
import fc from "fast-check";

import type { Event } from "../event/event.ts";
import type { Reason } from "../explain/reasons.ts";
import {
  expansionEvent,
  failureEvent,
  NOW_MS,
  policy,
  progressOf,
  volume,
} from "../testing/builders.ts";
import { after, HOUR, type Millis, MINUTE, SECOND } from "../units/millis.ts";
import { breakerOf, type BreakerState, RETRY_BASE_MS } from "./breaker.ts";

const SETTINGS = policy().settings.circuitBreaker;
const VOLUME = volume();
const SIBLING = volume({ instance: "orders-2" });

function stateAt(events: readonly Event[], nowMs: Millis): BreakerState {
  return breakerOf(VOLUME.claim.uid, events, SETTINGS, nowMs);
}

function successEvent(atMs: Millis): Event {
  return expansionEvent([progressOf(VOLUME, { step: "Verified", finishedAtMs: atMs })], {
    createdAtMs: atMs,
    status: { phase: "Completed", completedAtMs: atMs, writeBack: { state: "done" } },
  });
}

function resetEvent(atMs: Millis): Event {
  const { expansion: _, ...event } = successEvent(atMs);
  const status = { ...event.status, volumes: [] };
  return { ...event, eventType: "circuit-breaker", reason: "BreakerReset", status };
}

/** What happens to a breaker, some time after what happened before. */
interface Hap {
  readonly kind: "failure" | "success" | "reset" | "sibling" | "dry-run" | "nothing";
  readonly waitMs: number;
}

const hap: fc.Arbitrary<Hap> = fc.record({
  kind: fc.constantFrom(
    "failure",
    "failure",
    "failure",
    "success",
    "reset",
    "sibling",
    "dry-run",
    "nothing",
  ),
  waitMs: fc.integer({ min: 1, max: 90 }).map((minutes) => minutes * MINUTE),
});

function eventOf(kind: Hap["kind"], atMs: Millis): Event[] {
  switch (kind) {
    case "failure":
      return [failureEvent(VOLUME, atMs)];
    case "success":
      return [successEvent(atMs)];
    case "reset":
      return [resetEvent(atMs)];
    case "sibling":
      return [failureEvent(SIBLING, atMs)];
    case "dry-run":
      return [failureEvent(VOLUME, atMs, { dryRun: true })];
    case "nothing":
      return [];
  }
}

Deno.test("breakerOf() agrees with a breaker that is kept step by step", () => {
  fc.assert(
    fc.property(fc.array(hap, { maxLength: 12 }), (haps) => {
      const events: Event[] = [];
      let nowMs = NOW_MS;
      let failures = 0;
      let failedAtMs: number = -Infinity;
      for (const { kind, waitMs } of haps) {
        nowMs = after(nowMs, waitMs);
        events.push(...eventOf(kind, nowMs));
        if (kind === "failure") {
          failures += 1;
          failedAtMs = nowMs;
        }
        if (kind === "success" || kind === "reset") failures = 0;
        const at = after(nowMs, 30 * SECOND);
        const passed = at - failedAtMs;
        const backoff = MINUTE * Math.min(2 ** (failures - 1), 16);
        let expected: BreakerState["kind"] = "closed";
        if (failures >= 3) expected = passed >= HOUR ? "half-open" : "open";
        else if (failures > 0 && passed < backoff) expected = "waiting";
        const state = stateAt(events, at);
        assert.deepEqual([state.kind, state.failures], [expected, failures]);
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("breakerOf() waits twice as long after each failure, up to sixteen minutes", () => {
  const patient = { ...SETTINGS, maxFailures: 10 };
  const events: Event[] = [];
  const waits: number[] = [];
  for (let count = 0; count < 7; count++) {
    events.push(failureEvent(VOLUME, NOW_MS));
    const state = breakerOf(VOLUME.claim.uid, events, patient, NOW_MS);
    assert.ok(state.kind === "waiting");
    waits.push((state.retryAtMs - NOW_MS) / RETRY_BASE_MS);
  }
  assert.deepEqual(waits, [1, 2, 4, 8, 16, 16, 16]);
});

Deno.test("breakerOf() opens at the last allowed failure and is half-open to the millisecond", () => {
  const events = [0, 1, 2].map((count) => failureEvent(VOLUME, after(NOW_MS, count)));
  const halfOpenAtMs = after(NOW_MS, 2 + SETTINGS.resetMs);
  assert.deepEqual(stateAt(events, NOW_MS), { kind: "open", failures: 3, halfOpenAtMs });
  assert.equal(stateAt(events, after(halfOpenAtMs, -1)).kind, "open");
  assert.equal(stateAt(events, halfOpenAtMs).kind, "half-open");
});

Deno.test("breakerOf() opens again when the try of a half-open breaker fails", () => {
  const events = [0, 1, 2].map((count) => failureEvent(VOLUME, after(NOW_MS, count)));
  const later = after(NOW_MS, 2 * HOUR);
  const state = stateAt([...events, failureEvent(VOLUME, later)], later);
  assert.deepEqual(state, {
    kind: "open",
    failures: 4,
    halfOpenAtMs: after(later, SETTINGS.resetMs),
  });
});

Deno.test("breakerOf() counts only what a volume failed at by itself", () => {
  const cases: readonly [Reason, number][] = [
    ["ControllerDeadline", 1],
    ["FileSystemDeadline", 1],
    ["ResizeInfeasible", 1],
    ["ResizeRefused", 1],
    ["ClaimVanished", 0],
    ["ClaimDeleting", 0],
    ["ClaimNotBound", 0],
    ["MaxSizeReached", 0],
    ["BreakerOpen", 0],
    ["ResizeInFlight", 0],
    ["ExpansionDisabled", 0],
    ["CanaryFailed", 0],
    ["NoPolicy", 0],
  ];
  for (const [reason, failures] of cases) {
    const failure = { reason, message: "" };
    const event = expansionEvent([
      progressOf(VOLUME, { step: "Failed", finishedAtMs: NOW_MS, failure }),
    ]);
    assert.equal(stateAt([event], NOW_MS).failures, failures, reason);
  }
});

Deno.test("breakerOf() dates a failure by the event where the volume has no time", () => {
  const failed = progressOf(VOLUME, {
    step: "Failed",
    failure: { reason: "ControllerDeadline", message: "" },
  });
  const ended = expansionEvent([failed], { status: { completedAtMs: after(NOW_MS, 5) } });
  for (
    const [event, atMs] of [[ended, after(NOW_MS, 5)], [expansionEvent([failed]), NOW_MS]] as const
  ) {
    const state = stateAt([event], NOW_MS);
    assert.equal(state.kind === "waiting" && state.retryAtMs, after(atMs, RETRY_BASE_MS));
  }
});
