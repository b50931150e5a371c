import assert from "node:assert/strict";
import fc from "fast-check";

import { ratesOf } from "../../lib/forecast/rates.ts";
import type { SpaceSample } from "../../lib/forecast/sample.ts";
import { bytes, GIBIBYTE } from "../../lib/units/bytes.ts";
import { HOUR, millis } from "../../lib/units/millis.ts";
import { NO_RATES, remember, rememberPast, type TimedSample } from "./rate_memory.ts";

function sampleOf(usedBytes: number): SpaceSample {
  return { kind: "known", usedBytes: bytes(usedBytes), basis: "blocks" };
}

/** Samples of rising instants. */
const series = fc.array(
  fc.record({
    sinceMs: fc.integer({ min: 1, max: HOUR }),
    usedBytes: fc.integer({ min: 0, max: 100 * GIBIBYTE }),
  }),
  { maxLength: 60 },
).map((steps) => {
  let takenAtMs = 0;
  return steps.map(({ sinceMs, usedBytes }): TimedSample => {
    takenAtMs += sinceMs;
    return { takenAtMs, sample: sampleOf(usedBytes) };
  });
});

Deno.test("rememberPast() and then remember() come to what remember() alone comes to", () => {
  fc.assert(fc.property(series, fc.nat(60), fc.nat(HOUR), (samples, split, laterMs) => {
    const alone = samples.reduce(remember, NO_RATES);
    const past = samples.slice(0, split);
    const readAtMs = (past.at(-1)?.takenAtMs ?? 0) + laterMs;
    const aged = past.map(({ takenAtMs, sample }) => ({
      ageMs: millis(readAtMs - takenAtMs),
      sample,
    }));
    const begun = rememberPast(NO_RATES, { aggregates: [], samples: aged }, readAtMs);
    assert.deepEqual(samples.slice(split).reduce(remember, begun), alone);
  }));
});

Deno.test("remember() takes every sample once, and none that is older than the newest", () => {
  fc.assert(fc.property(series, (samples) => {
    const once = samples.reduce(remember, NO_RATES);
    assert.deepEqual(samples.reduce(remember, once), once);
  }));
});

Deno.test("rememberPast() counts the time between aggregates, and not one that is already known", () => {
  const aggregateAt = (ageMs: number, usedBytes: number) => ({
    ageMs,
    aggregate: {
      minBytes: bytes(usedBytes),
      maxBytes: bytes(usedBytes),
      lastBytes: bytes(usedBytes),
      count: 1,
      basis: "blocks" as const,
    },
  });
  const hours = Array.from(
    { length: 72 },
    (_, hour) => aggregateAt((72 - hour) * HOUR, hour * GIBIBYTE),
  );
  const memory = rememberPast(NO_RATES, { aggregates: hours, samples: [] }, 0);
  const { days } = ratesOf(memory.state);
  assert.ok(days.kind === "known" && Math.abs(days.rate * 3600 / GIBIBYTE - 1) < 0.05);
  assert.deepEqual(rememberPast(memory, { aggregates: hours, samples: [] }, 0), memory);
});
