import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { bytes, GIBIBYTE } from "../units/bytes.ts";
import { DAY, HOUR, millis, MINUTE } from "../units/millis.ts";
import type { SpaceAggregate } from "./aggregate.ts";
import { EMPTY_RATE_STATE, foldAggregate, foldSample, type RateState } from "./rate_state.ts";
import { ratesOf } from "./rates.ts";
import { SCALE_SETTINGS, SCALES } from "./scale.ts";
import { folded, INTERVAL_MS, known, sampled } from "./testing/series.ts";

function rate(state: RateState, scale: "hour" | "days"): number {
  const growth = ratesOf(state)[scale];
  return growth.kind === "known" ? growth.rate : NaN;
}

Deno.test("foldSample() never keeps more than the slots of each scale", () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: -DAY, max: 2 * DAY }), fc.nat()), {
    maxLength: 400,
  });
  fc.assert(fc.property(steps, (all) => {
    let state = EMPTY_RATE_STATE;
    for (const [sinceMs, used] of all) state = foldSample(state, known(used), millis(sinceMs));
    for (const scale of SCALES) {
      const { peakAtMs, peakBytes, lowBytes } = state.slots[scale];
      ok(peakAtMs.length <= SCALE_SETTINGS[scale].slots);
      equal(peakBytes.length, peakAtMs.length);
      equal(lowBytes.length, peakAtMs.length);
      ok(peakAtMs.every((atMs, slot) => slot === 0 || atMs > (peakAtMs[slot - 1] ?? 0)));
      ok(peakBytes.every((peak, slot) => peak >= (lowBytes[slot] ?? Infinity)));
    }
  }));
});

Deno.test("foldSample() leaves the state that it was given as it was", () => {
  const state = folded(sampled(HOUR, (atMs) => atMs));
  const before = structuredClone(state);
  foldSample(state, known(10 ** 9), INTERVAL_MS);
  deepEqual(state, before);
});

Deno.test("foldSample() takes a clock that was set back for one that stood still", () => {
  const state = folded(sampled(HOUR, (atMs) => atMs));
  const next = foldSample(state, known(10 ** 9), millis(-DAY));
  equal(next.clockMs, state.clockMs);
  equal(next.last?.usedBytes, 10 ** 9);
});

Deno.test("foldSample() does not take a change of the basis for growth", () => {
  const recycled = GIBIBYTE;
  let state = folded(sampled(3 * HOUR, (atMs) => 8 * GIBIBYTE + atMs));
  const before = rate(state, "hour");
  for (let index = 1; index <= 20; index += 1) {
    const used = 8 * GIBIBYTE + 3 * HOUR + index * INTERVAL_MS - recycled;
    const basis = "blocks-and-wal";
    state = foldSample(state, { kind: "known", usedBytes: bytes(used), basis }, INTERVAL_MS);
  }
  ok(Math.abs(rate(state, "hour") - before) < 0.05 * before);
  const { minutes } = ratesOf(state);
  ok(minutes.kind === "known" && minutes.rate > 0 && minutes.reachBytes < GIBIBYTE);
});

Deno.test("foldAggregate() gives the slow rate that samples would have given", () => {
  const samples = sampled(6 * DAY, (atMs) => GIBIBYTE * (1 + atMs / DAY));
  let state = EMPTY_RATE_STATE;
  for (let hour = 0; hour < 6 * 24; hour += 1) {
    const aggregate: SpaceAggregate = {
      minBytes: bytes(Math.round(GIBIBYTE * (1 + hour / 24))),
      maxBytes: bytes(Math.round(GIBIBYTE * (1 + (hour + 1) / 24))),
      lastBytes: bytes(Math.round(GIBIBYTE * (1 + (hour + 1) / 24))),
      count: 120,
      basis: "blocks",
    };
    state = foldAggregate(state, aggregate, HOUR);
  }
  const expected = rate(folded(samples), "days");
  ok(Math.abs(rate(state, "days") - expected) < 0.02 * expected);
});

Deno.test("ratesOf() knows each rate only while samples are fresh enough for it", () => {
  const state = folded(sampled(6 * DAY, (atMs) => atMs));
  const table = [
    [0, 0],
    [6 * MINUTE, 1],
    [20 * MINUTE, 2],
    [3 * HOUR, 3],
    [25 * HOUR, 4],
  ] as const;
  for (const [sinceMs, stale] of table) {
    const rates = ratesOf(state, millis(sinceMs));
    const kinds = SCALES.map((scale) => rates[scale].kind);
    deepEqual(kinds, SCALES.map((_, index) => index < stale ? "unknown" : "known"));
  }
});
