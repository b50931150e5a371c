/**
 * Forecasts from a whole series, for those who do not keep a state: the plugin, the console, a simulation.
 *
 * @module
 */

import type { Bytes } from "../units/bytes.ts";
import { millis } from "../units/millis.ts";
import { EMPTY_RATE_STATE, foldSample, type RateState } from "./rate_state.ts";
import { type Rates, ratesOf } from "./rates.ts";
import type { AgedSample } from "./sample.ts";
import { type TimeToFull, timeToFull } from "./time_to_full.ts";

/** The rates of a volume and what follows from them. */
export interface Forecast {
  readonly rates: Rates;
  readonly timeToFull: TimeToFull;
}

/** The forecast of a series with its samples in any order. */
export function forecastOf(samples: readonly AgedSample[], headroomBytes: Bytes): Forecast {
  const { state, sinceMs } = foldSeries(samples);
  const rates = ratesOf(state, millis(sinceMs));
  return { rates, timeToFull: timeToFull(headroomBytes, rates) };
}

function foldSeries(
  samples: readonly AgedSample[],
): { readonly state: RateState; readonly sinceMs: number } {
  const oldestFirst = samples.toSorted((first, second) => second.ageMs - first.ageMs);
  let state = EMPTY_RATE_STATE;
  let sinceMs = oldestFirst[0]?.ageMs ?? 0;
  for (const { ageMs, sample } of oldestFirst) {
    state = foldSample(state, sample, millis(sinceMs - ageMs));
    sinceMs = ageMs;
  }
  return { state, sinceMs };
}
