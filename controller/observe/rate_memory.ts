/**
 * What is remembered of how one volume filled up, on the monotonic clock.
 *
 * @module
 */

import { EMPTY_RATE_STATE, foldAggregate, foldSample } from "../../lib/forecast/rate_state.ts";
import type { RateState } from "../../lib/forecast/rate_state.ts";
import type { AgedSample, SpaceSample } from "../../lib/forecast/sample.ts";
import { type Millis, millis } from "../../lib/units/millis.ts";
import type { VolumePast } from "../history/history.ts";

/** A state, and until when it goes. */
export interface RateMemory {
  readonly state: RateState;
  /** When its newest sample was taken, on the monotonic clock; undefined where there is none. */
  readonly newestAtMs?: number | undefined;
}

/** A sample with the instant, on the monotonic clock, at which it was taken. */
export interface TimedSample {
  readonly takenAtMs: number;
  readonly sample: SpaceSample;
}

/** Nothing was seen yet. */
export const NO_RATES: RateMemory = { state: EMPTY_RATE_STATE };

/** Adds a sample; one that is not newer than all before it changes nothing. */
export function remember(memory: RateMemory, { takenAtMs, sample }: TimedSample): RateMemory {
  if (!isNewer(memory, takenAtMs)) return memory;
  const state = foldSample(memory.state, sample, sinceNewest(memory, takenAtMs));
  return { state, newestAtMs: takenAtMs };
}

/** Adds what was kept, which was read at `readAtMs` on the monotonic clock. */
export function rememberPast(
  memory: RateMemory,
  { aggregates, samples }: VolumePast,
  readAtMs: number,
): RateMemory {
  let next = memory;
  for (const { ageMs, aggregate } of aggregates) {
    const endedAtMs = readAtMs - ageMs;
    if (!isNewer(next, endedAtMs)) continue;
    const state = foldAggregate(next.state, aggregate, sinceNewest(next, endedAtMs));
    next = { state, newestAtMs: endedAtMs };
  }
  return timed(samples, readAtMs).reduce(remember, next);
}

/** Turns ages into instants of the monotonic clock. */
export function timed(samples: readonly AgedSample[], nowMs: number): TimedSample[] {
  return samples.map(({ ageMs, sample }) => ({ takenAtMs: nowMs - ageMs, sample }));
}

function isNewer({ newestAtMs }: RateMemory, instantMs: number): boolean {
  return newestAtMs === undefined || instantMs > newestAtMs;
}

function sinceNewest({ newestAtMs }: RateMemory, instantMs: number): Millis {
  return millis(newestAtMs === undefined ? 0 : instantMs - newestAtMs);
}
