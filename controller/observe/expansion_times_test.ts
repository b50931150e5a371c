import assert from "node:assert/strict";

import type { Event } from "../../lib/event/event.ts";
import { expansionEvent, NOW_MS, progressOf, volume } from "../../lib/testing/builders.ts";
import { after, millis, SECOND } from "../../lib/units/millis.ts";
import { createExpansionTimes, type ExpansionTimes } from "./expansion_times.ts";

/** Volumes that grew one after the other, in so many seconds each. */
function grownIn(...seconds: readonly number[]): Event[] {
  return seconds.map((taken, index) => {
    const requestedAtMs = after(NOW_MS, index * 100 * SECOND);
    const finishedAtMs = after(requestedAtMs, taken * SECOND);
    const member = progressOf(volume(), { step: "Verified", requestedAtMs, finishedAtMs });
    return expansionEvent([member], { name: `expansion-${index}` });
  });
}

interface Learning {
  readonly times: ExpansionTimes;
  events: readonly Event[];
  monotonicMs: number;
}

function learning(events: readonly Event[], knownUid = "claim-orders-1"): Learning {
  const state: Learning = {
    events,
    monotonicMs: 0,
    times: createExpansionTimes({
      events: () => state.events.map((event) => ({ namespace: "shop", event })),
      storageClassOf: ({ namespace, uid }) =>
        namespace === "shop" && uid === knownUid ? "fast" : undefined,
      monotonicMs: () => state.monotonicMs,
    }),
  };
  return state;
}

const CASES: readonly [string, readonly number[], number | undefined][] = [
  ["unknown where none has grown", [], undefined],
  ["unknown where two have grown", [10, 10], undefined],
  ["what three of four need at most", [10, 20, 30, 40], 30],
  ["not moved by one that took an hour", [10, 11, 12, 3600], 12],
  ["that of the newest twenty", [...Array(30).fill(500), ...Array(20).fill(8)], 8],
  ["without those that ended before they began", [-5, 10, 20], undefined],
];

for (const [name, seconds, expected] of CASES) {
  Deno.test(`usual() is ${name}`, () => {
    const usualMs = learning(grownIn(...seconds)).times.usual("fast");
    assert.equal(usualMs, expected === undefined ? undefined : millis(expected * SECOND));
  });
}

Deno.test("usual() counts neither volumes that failed, nor dry runs, nor claims that are gone", () => {
  const failed = grownIn(10, 10, 10).map((event) => ({
    ...event,
    status: {
      ...event.status,
      volumes: event.status.volumes.map((member) => ({ ...member, step: "Failed" as const })),
    },
  }));
  const recorded = grownIn(10, 10, 10).map((event) => ({ ...event, dryRun: true }));
  assert.equal(learning([...failed, ...recorded]).times.usual("fast"), undefined);
  assert.equal(learning(grownIn(10, 10, 10), "claim-of-today").times.usual("fast"), undefined);
  assert.equal(learning(grownIn(10, 10, 10)).times.usual("slow"), undefined);
});

Deno.test("usual() counts again a minute later at the earliest, and only after news", () => {
  const state = learning(grownIn(10, 10, 10));
  assert.equal(state.times.usual("fast"), 10 * SECOND);
  state.events = grownIn(20, 20, 20);
  state.monotonicMs = 61_000;
  assert.equal(state.times.usual("fast"), 10 * SECOND, "nobody said that there is news");
  state.times.invalidate();
  assert.equal(state.times.usual("fast"), 20 * SECOND);
  state.events = [];
  state.times.invalidate();
  state.monotonicMs += 59_000;
  assert.equal(state.times.usual("fast"), 20 * SECOND, "it was counted a moment ago");
  state.monotonicMs += 1_000;
  assert.equal(state.times.usual("fast"), undefined);
});
