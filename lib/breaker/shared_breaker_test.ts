import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import type { Event } from "../event/event.ts";
import {
  expansionEvent,
  failureEvent,
  NOW_MS,
  policy,
  progressOf,
  volume,
} from "../testing/builders.ts";
import { after, HOUR, type Millis, MINUTE } from "../units/millis.ts";
import { sharedBreakerOf, sharedFailuresOf } from "./shared_breaker.ts";

const SETTINGS = policy({ circuitBreaker: { scope: "global" } }).settings.circuitBreaker;

function minutesAgo(minutes: number): Millis {
  return after(NOW_MS, -minutes * MINUTE);
}

function failure(minutes: number, instance = "orders-1"): Event {
  return failureEvent(volume({ instance }), minutesAgo(minutes));
}

function growth(minutes: number): Event {
  const atMs = minutesAgo(minutes);
  return expansionEvent([progressOf(volume(), { step: "Verified", finishedAtMs: atMs })], {
    createdAtMs: minutesAgo(minutes + 5),
    status: { phase: "Completed", completedAtMs: atMs },
  });
}

function reset(minutes: number): Event {
  const atMs = minutesAgo(minutes);
  return expansionEvent([], {
    eventType: "circuit-breaker",
    reason: "BreakerReset",
    createdAtMs: atMs,
    status: { phase: "Completed", completedAtMs: atMs },
  });
}

Deno.test("sharedFailuresOf() counts failed expansions in a row, whichever cluster they are of", () => {
  const cases: Readonly<Record<string, [events: Event[], count: number]>> = {
    "none": [[], 0],
    "two of one": [[failure(20), failure(10)], 2],
    "three of three": [[failure(30, "a-1"), failure(20, "b-1"), failure(10, "c-1")], 3],
    "a volume that grew since": [[failure(30), failure(20), growth(10)], 0],
    "a volume that grew in between": [[failure(30), growth(20), failure(10)], 1],
    "an expansion that began before the failure and ended after it": [
      [growth(9), failure(10)],
      0,
    ],
    "a reset since": [[failure(20), reset(10)], 0],
    "a reset in between": [[failure(20), reset(15), failure(10)], 1],
    "a dry run": [[failure(20), { ...failure(10), dryRun: true }], 1],
  };
  for (const [what, [events, count]] of Object.entries(cases)) {
    equal(sharedFailuresOf(events).count, count, what);
  }
});

Deno.test("sharedFailuresOf() counts an expansion once, however many of its volumes failed", () => {
  const failed = { step: "Failed", finishedAtMs: minutesAgo(10) } as const;
  const members = ["orders-1", "orders-2", "orders-3"].map((instance) =>
    progressOf(volume({ instance }), {
      ...failed,
      failure: { reason: "ControllerDeadline", message: "late" },
    })
  );
  const event = expansionEvent(members, { createdAtMs: minutesAgo(11) });
  deepEqual(sharedFailuresOf([event]), {
    count: 1,
    lastAtMs: minutesAgo(10),
    lastEventUid: event.uid,
  });
});

Deno.test("sharedFailuresOf() names the first expansion under way that began after the last failure", () => {
  const begun = (uid: string, minutes: number): Event =>
    expansionEvent([progressOf(volume())], {
      uid,
      name: uid,
      createdAtMs: minutesAgo(minutes),
      status: { phase: "InProgress" },
    });
  const events = [begun("before", 12), failure(10), begun("second", 4), begun("first", 5)];
  deepEqual(sharedFailuresOf(events).probe, {
    eventUid: "first",
    eventName: "first",
    begunAtMs: minutesAgo(5),
  });
  equal(sharedFailuresOf([begun("before", 12), failure(10)]).probe, undefined);
});

Deno.test("sharedFailuresOf() goes by the manager's own clock, whatever that of the API server says", () => {
  for (const skewMinutes of [-600, 600]) {
    const begun = expansionEvent([progressOf(volume())], {
      uid: "first",
      name: "first",
      createdAtMs: minutesAgo(5 + skewMinutes),
      status: { phase: "InProgress", startedAtMs: minutesAgo(5) },
    });
    equal(sharedFailuresOf([begun, failure(10)]).probe?.begunAtMs, minutesAgo(5));
  }
});

Deno.test("sharedFailuresOf() does not count what no volume is to blame for", () => {
  for (const reason of ["ClaimVanished", "CanaryFailed", "NoPolicy"] as const) {
    const progress = progressOf(volume(), {
      step: "Failed",
      finishedAtMs: NOW_MS,
      failure: { reason, message: "gone" },
    });
    equal(sharedFailuresOf([expansionEvent([progress])]).count, 0, reason);
  }
  equal(sharedFailuresOf([expansionEvent([progressOf(volume())])]).count, 0);
});

Deno.test("sharedFailuresOf() does not depend on the order in which events are given", () => {
  const events = fc.uniqueArray(fc.nat({ max: 500 }), { maxLength: 8 })
    .map((minutes) => minutes.map((at, index) => index % 3 === 0 ? growth(at) : failure(at)));
  fc.assert(fc.property(events, (given) => {
    deepEqual(sharedFailuresOf(given.toReversed()), sharedFailuresOf(given));
  }));
});

Deno.test("sharedBreakerOf() opens at maxFailures and is half-open after resetMinutes", () => {
  const lastAtMs = NOW_MS;
  const halfOpenAtMs = after(NOW_MS, HOUR);
  deepEqual(sharedBreakerOf({ count: 0 }, SETTINGS, NOW_MS), { kind: "closed" });
  deepEqual(sharedBreakerOf({ count: 2, lastAtMs }, SETTINGS, NOW_MS), { kind: "closed" });
  deepEqual(sharedBreakerOf({ count: 3, lastAtMs }, SETTINGS, after(halfOpenAtMs, -1)), {
    kind: "open",
    failures: 3,
    halfOpenAtMs,
  });
  deepEqual(sharedBreakerOf({ count: 3, lastAtMs }, SETTINGS, halfOpenAtMs), {
    kind: "half-open",
    failures: 3,
    halfOpenAtMs,
  });
});
