/**
 * Series for tests of forecasts.
 *
 * @module
 */

import { bytes } from "../../units/bytes.ts";
import { type Millis, millis, SECOND } from "../../units/millis.ts";
import { EMPTY_RATE_STATE, foldSample, type RateState } from "../rate_state.ts";
import type { AgedSample, SpaceSample } from "../sample.ts";

/** The time between two samples while nothing happens. */
export const INTERVAL_MS: Millis = millis(30 * SECOND);

/** A known sample, judged by blocks alone. */
export function known(usedBytes: number): SpaceSample {
  return { kind: "known", usedBytes: bytes(Math.round(usedBytes)), basis: "blocks" };
}

/** A sample every 30 seconds for a time; `usedAt` is asked with the time since the first. */
export function sampled(durationMs: number, usedAt: (atMs: number) => number): AgedSample[] {
  const count = Math.floor(durationMs / INTERVAL_MS);
  return Array.from({ length: count + 1 }, (_, index) => ({
    ageMs: millis((count - index) * INTERVAL_MS),
    sample: known(usedAt(index * INTERVAL_MS)),
  }));
}

/** The state after all samples, which are oldest first. */
export function folded(samples: readonly AgedSample[]): RateState {
  let state = EMPTY_RATE_STATE;
  let beforeMs = samples[0]?.ageMs ?? millis(0);
  for (const { ageMs, sample } of samples) {
    state = foldSample(state, sample, millis(beforeMs - ageMs));
    beforeMs = ageMs;
  }
  return state;
}
