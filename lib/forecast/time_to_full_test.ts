import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { type Bytes, bytes, MEBIBYTE } from "../units/bytes.ts";
import { DAY, HOUR, type Millis, millis, MINUTE } from "../units/millis.ts";
import { type Growth, isConfident, NO_GAP, unknownGrowth } from "./growth.ts";
import { bytesPerSecond } from "./rate.ts";
import type { Rates } from "./rates.ts";
import { bytesNeededUntil, type TimeToFull, timeToFull } from "./time_to_full.ts";

const UNKNOWN = unknownGrowth("TooFewSamples");

function growth(rate: number, fields: Partial<Growth & { kind: "known" }> = {}): Growth {
  return {
    kind: "known",
    rate: bytesPerSecond(rate),
    gap: NO_GAP,
    reachBytes: Number.MAX_SAFE_INTEGER,
    reachMs: millis(30 * DAY),
    confidence: "high",
    ...fields,
  };
}

function rates(fields: Partial<Rates>): Rates {
  return { minutes: UNKNOWN, hour: UNKNOWN, hours: UNKNOWN, days: UNKNOWN, ...fields };
}

const ANY_GROWTH: fc.Arbitrary<Growth> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(UNKNOWN) },
  {
    weight: 4,
    arbitrary: fc.record({
      rate: fc.double({ min: -1e6, max: 1e9, noNaN: true }),
      gap: fc.oneof(
        fc.constant(NO_GAP),
        fc.record({
          bytes: fc.double({ min: 1, max: 1e10, noNaN: true }),
          durationMs: fc.integer({ min: 0, max: HOUR }).map((value) => millis(value)),
        }),
      ),
      reach: fc.double({ min: 0, max: 1e13, noNaN: true }),
    }).map(({ rate, gap, reach }) => growth(rate, { gap, reachBytes: gap.bytes + reach })),
  },
);

const ANY_RATES: fc.Arbitrary<Rates> = fc.record({
  minutes: ANY_GROWTH,
  hour: ANY_GROWTH,
  hours: ANY_GROWTH,
  days: ANY_GROWTH,
});
const SIZE = fc.oneof(fc.nat(10 ** 9), fc.integer({ min: 0, max: 10 ** 13 })).map(bytes);

function foretoldMs(forecast: TimeToFull): number {
  return forecast.kind === "known" ? forecast.timeToFullMs : Infinity;
}

Deno.test("timeToFull() takes the scale that fills the volume first", () => {
  const both = rates({ minutes: growth(1000), days: growth(10) });
  deepEqual(timeToFull(bytes(60_000), both), {
    kind: "known",
    timeToFullMs: 60_000,
    scale: "minutes",
    rate: 1000,
    confidence: "high",
  });
});

Deno.test("timeToFull() follows no scale beyond its reach", () => {
  const both = rates({ minutes: growth(1000, { reachBytes: 50_000 }), days: growth(10) });
  equal(foretoldMs(timeToFull(bytes(50_000), both)), 50_000);
  equal(foretoldMs(timeToFull(bytes(60_000), both)), 6_000_000);
});

Deno.test("timeToFull() fills the rest of a tooth at the tooth's own pace", () => {
  const gap = { bytes: 1000, durationMs: MINUTE };
  const saw = rates({ days: growth(1, { gap }) });
  equal(foretoldMs(timeToFull(bytes(500), saw)), MINUTE / 2);
  equal(foretoldMs(timeToFull(bytes(1000), saw)), MINUTE);
  equal(foretoldMs(timeToFull(bytes(1060), saw)), 2 * MINUTE);
});

Deno.test("timeToFull() tells none from unknown, and none from each other", () => {
  const withinMs = millis(30 * DAY);
  const table: readonly (readonly [Rates, TimeToFull])[] = [
    [rates({ days: growth(0) }), { kind: "none", reason: "NotGrowing", withinMs }],
    [rates({ days: growth(-5) }), { kind: "none", reason: "Shrinking", withinMs }],
    [
      rates({ days: growth(5, { reachBytes: 1 }) }),
      { kind: "none", reason: "BeyondReach", withinMs },
    ],
    [rates({}), { kind: "unknown", reason: "TooFewSamples", notBeforeMs: millis(0) }],
    [
      rates({ hour: growth(0, { reachMs: HOUR }), days: unknownGrowth("TooIrregular") }),
      { kind: "unknown", reason: "TooIrregular", notBeforeMs: HOUR },
    ],
  ];
  for (const [given, expected] of table) deepEqual(timeToFull(bytes(1000), given), expected);
});

Deno.test("timeToFull() is never negative, nor shorter for more headroom", () => {
  fc.assert(fc.property(ANY_RATES, SIZE, SIZE, (given, one, other) => {
    const [less, more] = one <= other ? [one, other] : [other, one];
    const least = foretoldMs(timeToFull(less, given));
    ok(least >= 0);
    ok(foretoldMs(timeToFull(more, given)) >= least);
  }));
});

Deno.test("bytesNeededUntil() grows with time and is never negative", () => {
  fc.assert(fc.property(ANY_RATES, fc.nat(DAY), fc.nat(DAY), (given, one, other) => {
    const early = needed(Math.min(one, other), given);
    ok(early >= 0);
    ok(needed(Math.max(one, other), given) >= early);
  }));
});

Deno.test("bytesNeededUntil() is the headroom that timeToFull() finds to last so long", () => {
  fc.assert(fc.property(ANY_RATES, fc.integer({ min: 1, max: DAY }), (given, durationMs) => {
    const enough = bytes(needed(durationMs, given) + 1);
    ok(foretoldMs(timeToFull(enough, given)) >= durationMs - 1);
  }));
});

Deno.test("bytesNeededUntil() says when the time is longer than anything it knows", () => {
  const burst = rates({ minutes: growth(MEBIBYTE, { reachMs: HOUR, reachBytes: 10 * MEBIBYTE }) });
  deepEqual(bytesNeededUntil(millis(5000), burst), { kind: "known", bytes: 5 * MEBIBYTE });
  deepEqual(bytesNeededUntil(DAY, burst), {
    kind: "unknown",
    reason: "TooFewSamples",
    atLeastBytes: 10 * MEBIBYTE,
  });
});

function needed(durationMs: number, given: Rates): Bytes {
  const duration: Millis = millis(durationMs);
  const answer = bytesNeededUntil(duration, given);
  return answer.kind === "known" ? answer.bytes : answer.atLeastBytes;
}

Deno.test("isConfident() orders low, medium, high", () => {
  const order = ["low", "medium", "high"] as const;
  for (const [rank, confidence] of order.entries()) {
    deepEqual(order.map((least) => isConfident(confidence, least)), [
      true,
      rank >= 1,
      rank >= 2,
    ]);
  }
});
