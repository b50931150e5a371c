import { equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { type Bytes, bytes, GIBIBYTE, MEBIBYTE } from "../units/bytes.ts";
import { DAY, HOUR, millis, MINUTE, SECOND } from "../units/millis.ts";
import { forecastOf } from "./forecast.ts";
import type { Growth } from "./growth.ts";
import { ratesOf } from "./rates.ts";
import type { AgedSample } from "./sample.ts";
import { SCALES } from "./scale.ts";
import { folded, known, sampled } from "./testing/series.ts";
import type { TimeToFull } from "./time_to_full.ts";

function gibibytes(count: number): Bytes {
  return bytes(Math.round(count * GIBIBYTE));
}

function steady(perDay: number): (atMs: number) => number {
  return (atMs) => 10 * GIBIBYTE + perDay * atMs / DAY;
}

/** Checkpoints every five minutes free what was written since the one before. */
function saw(height: number, perDay: number): (atMs: number) => number {
  const base = steady(perDay);
  return (atMs) => base(atMs) + height * (atMs % (5 * MINUTE)) / (5 * MINUTE);
}

function knownMs(forecast: TimeToFull): number {
  if (forecast.kind === "known") return forecast.timeToFullMs;
  throw new Error(`expected a time, found ${JSON.stringify(forecast)}`);
}

function rateOf(growth: Growth): number {
  if (growth.kind === "known") return growth.rate;
  throw new Error(`expected a rate, found ${growth.reason}`);
}

function near(actual: number, expected: number, tolerance: number): void {
  ok(Math.abs(actual - expected) <= tolerance * expected, `${actual} is not near ${expected}`);
}

Deno.test("forecastOf() foretells steady growth within five percent", () => {
  const series = fc.record({
    days: fc.double({ min: 2, max: 8, noNaN: true }),
    perDay: fc.double({ min: 0.1, max: 200, noNaN: true }),
    left: fc.double({ min: 0.01, max: 3, noNaN: true }),
  });
  fc.assert(
    fc.property(series, ({ days, perDay, left }) => {
      const samples = sampled(days * DAY, steady(perDay * GIBIBYTE));
      const { timeToFull } = forecastOf(samples, gibibytes(perDay * left * days));
      near(knownMs(timeToFull), left * days * DAY, 0.05);
    }),
    { numRuns: 20 },
  );
});

Deno.test("forecastOf() does not take a tooth of the saw for growth", () => {
  const height = 2 * GIBIBYTE;
  const perDay = GIBIBYTE;
  for (const minutes of [0, 1, 2, 3, 4]) {
    const lengthMs = 6 * DAY + minutes * MINUTE;
    const used = saw(height, perDay);
    // The last sample of a tooth is taken 30 seconds before its end.
    const capacity = 10 * GIBIBYTE + 0.9 * height + perDay * 9;
    const headroom = bytes(Math.floor(capacity - used(lengthMs)));
    const { rates, timeToFull } = forecastOf(sampled(lengthMs, used), headroom);
    near(knownMs(timeToFull), 3 * DAY, 0.15);
    near(rateOf(rates.days) * DAY / SECOND, perDay, 0.03);
  }
});

Deno.test("forecastOf() sees a burst within minutes, at its own pace", () => {
  const from = 2 * DAY;
  const pace = GIBIBYTE / MINUTE;
  const samples = sampled(from + 5 * MINUTE, (atMs) => GIBIBYTE + Math.max(atMs - from, 0) * pace);
  const { timeToFull } = forecastOf(samples, gibibytes(15));
  near(knownMs(timeToFull), 15 * MINUTE, 0.05);
  equal(timeToFull.kind === "known" && timeToFull.scale, "minutes");
});

Deno.test("forecastOf() trusts no surge before it knows the teeth of a volume", () => {
  for (const [hours, confidence] of [[0.5, "low"], [3, "medium"]] as const) {
    const from = hours * HOUR;
    const samples = sampled(
      from + 5 * MINUTE,
      (atMs) => GIBIBYTE + Math.max(atMs - from, 0) * GIBIBYTE / MINUTE,
    );
    const { timeToFull } = forecastOf(samples, gibibytes(10));
    equal(timeToFull.kind === "known" && timeToFull.confidence, confidence);
  }
});

Deno.test("forecastOf() foretells of a surge four times what it has added, and no more", () => {
  const from = 2 * DAY;
  const samples = sampled(
    from + 4 * MINUTE,
    (atMs) => GIBIBYTE + Math.max(atMs - from, 0) * GIBIBYTE / MINUTE,
  );
  near(knownMs(forecastOf(samples, gibibytes(16)).timeToFull), 16 * MINUTE, 0.05);
  equal(forecastOf(samples, gibibytes(17)).timeToFull.kind, "none");
});

Deno.test("forecastOf() forgets a bulk load soon after it ended", () => {
  const perDay = GIBIBYTE;
  const load = 50 * GIBIBYTE;
  function used(atMs: number): number {
    return steady(perDay)(atMs) + load * Math.min(Math.max((atMs - 4 * DAY) / HOUR, 0), 1);
  }
  for (const hours of [1.5, 3, 12, 36, 60]) {
    const { timeToFull } = forecastOf(sampled(4 * DAY + hours * HOUR, used), gibibytes(5));
    near(knownMs(timeToFull), 5 * DAY, 0.2);
  }
});

Deno.test("forecastOf() finds the mean of working days and days of rest", () => {
  function used(atMs: number): number {
    const weeks = Math.floor(atMs / (7 * DAY));
    const workingMs = weeks * 5 * DAY + Math.min(atMs - weeks * 7 * DAY, 5 * DAY);
    return 10 * GIBIBYTE + 2 * GIBIBYTE * workingMs / DAY;
  }
  for (let day = 14; day < 21; day += 1) {
    const { rates } = forecastOf(sampled(day * DAY, used), gibibytes(40));
    near(rateOf(rates.days) * 7 * DAY / 1000, 10 * GIBIBYTE, 0.25);
  }
});

Deno.test("forecastOf() says that a volume which does not grow is not going to be full", () => {
  const table: readonly (readonly [string, (atMs: number) => number])[] = [
    ["NotGrowing", () => 5 * GIBIBYTE],
    ["NotGrowing", (atMs) => 5 * GIBIBYTE + (atMs % (15 * MINUTE)) / MINUTE * MEBIBYTE],
    ["Shrinking", (atMs) => 50 * GIBIBYTE - GIBIBYTE * atMs / DAY],
    ["BeyondReach", steady(0.01 * GIBIBYTE)],
  ];
  for (const [reason, used] of table) {
    const { timeToFull } = forecastOf(sampled(5 * DAY, used), gibibytes(20));
    equal(timeToFull.kind === "none" && timeToFull.reason, reason);
  }
});

Deno.test("forecastOf() says what it does not know, and why", () => {
  const erratic = [0, 9, 2, 12, 3, 13];
  const table: readonly (readonly [string, readonly AgedSample[]])[] = [
    ["TooFewSamples", []],
    ["TooFewSamples", [{ ageMs: millis(0), sample: known(5) }]],
    ["TooFewSamples", [{ ageMs: millis(0), sample: { kind: "unknown" } }]],
    ["TooFewSamples", sampled(HOUR, () => 5)],
    ["StaleSample", aged(sampled(5 * DAY, steady(GIBIBYTE)), 2 * DAY)],
    [
      "ToothLongerThanHistory",
      sampled(6 * DAY, (atMs) => steady(GIBIBYTE)(atMs) - (atMs > 4.5 * DAY ? 9 * GIBIBYTE : 0)),
    ],
    [
      "TooIrregular",
      sampled(
        6 * DAY,
        (atMs) => (10 + (erratic[Math.floor(atMs / DAY)] ?? 14)) * GIBIBYTE,
      ),
    ],
  ];
  for (const [reason, samples] of table) {
    const { timeToFull } = forecastOf(samples, bytes(2 ** 43));
    equal(timeToFull.kind === "unknown" && timeToFull.reason, reason);
  }
});

Deno.test("forecastOf() knows how long it takes at least where it does not know more", () => {
  const { timeToFull } = forecastOf(sampled(2 * HOUR, steady(GIBIBYTE)), gibibytes(100));
  equal(timeToFull.kind === "unknown" && timeToFull.notBeforeMs >= 4 * HOUR, true);
});

Deno.test("forecastOf() looks at how old samples are and not at their order", () => {
  const samples = sampled(3 * DAY, saw(GIBIBYTE, GIBIBYTE));
  const headroom = gibibytes(4);
  const expected = JSON.stringify(forecastOf(samples, headroom));
  equal(JSON.stringify(forecastOf(samples.toReversed(), headroom)), expected);
});

const RISES = fc.array(fc.integer({ min: -200, max: 300 }), { minLength: 20, maxLength: 300 });

function seriesOf(rises: readonly number[], unit: number): AgedSample[] {
  let used = 100_000;
  return rises.map((rise, index) => {
    used = Math.max(used + rise, 0);
    return { ageMs: millis((rises.length - index) * 7 * MINUTE), sample: known(used * unit) };
  });
}

Deno.test("ratesOf() doubles every rate when every byte is doubled", () => {
  fc.assert(fc.property(RISES, (rises) => {
    const once = ratesOf(folded(seriesOf(rises, 1024)));
    const twice = ratesOf(folded(seriesOf(rises, 2048)));
    for (const scale of SCALES) {
      const [first, second] = [once[scale], twice[scale]];
      equal(first.kind, second.kind);
      if (first.kind === "unknown" || second.kind === "unknown") continue;
      ok(Math.abs(second.rate - 2 * first.rate) <= 1e-9 * Math.abs(second.rate));
      ok(Math.abs(second.reachBytes - 2 * first.reachBytes) <= 1e-9 * second.reachBytes);
    }
  }));
});

Deno.test("ratesOf() is the same whenever a series was taken", () => {
  fc.assert(fc.property(RISES, fc.integer({ min: 0, max: 10 * DAY }), (rises, shiftMs) => {
    const samples = seriesOf(rises, 1024);
    equal(
      JSON.stringify(ratesOf(folded(aged(samples, shiftMs)))),
      JSON.stringify(ratesOf(folded(samples))),
    );
  }));
});

Deno.test("ratesOf() is not changed by unknown samples between known ones", () => {
  fc.assert(fc.property(RISES, (rises) => {
    const samples = seriesOf(rises, 1024);
    const mixed = samples.flatMap((sample): AgedSample[] => [
      { ageMs: millis(sample.ageMs + 2 * MINUTE), sample: { kind: "unknown" } },
      sample,
    ]);
    const headMs = mixed[0]?.ageMs ?? 0;
    const expected = folded([{ ageMs: millis(headMs), sample: { kind: "unknown" } }, ...samples]);
    equal(JSON.stringify(ratesOf(folded(mixed))), JSON.stringify(ratesOf(expected)));
  }));
});

Deno.test("ratesOf() trusts a series with holes less, and finds the same rate", () => {
  const samples = sampled(6 * DAY, steady(GIBIBYTE));
  const holes = samples.map(({ ageMs, sample }): AgedSample => {
    const isHole = ageMs % DAY > 0.2 * DAY;
    return { ageMs, sample: isHole ? { kind: "unknown" } : sample };
  });
  const [whole, holed] = [ratesOf(folded(samples)).days, ratesOf(folded(holes)).days];
  near(rateOf(holed), rateOf(whole), 0.05);
  equal(whole.kind === "known" && whole.confidence, "high");
  equal(holed.kind === "known" && holed.confidence, "low");
});

function aged(samples: readonly AgedSample[], byMs: number): AgedSample[] {
  return samples.map(({ ageMs, sample }) => ({ ageMs: millis(ageMs + byMs), sample }));
}
