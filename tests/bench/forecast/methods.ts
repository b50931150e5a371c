/**
 * The forecasts that are compared: ours, and what people use today.
 *
 * @module
 */

import { isConfident } from "../../../lib/forecast/growth.ts";
import { EMPTY_RATE_STATE, foldSample } from "../../../lib/forecast/rate_state.ts";
import { ratesOf } from "../../../lib/forecast/rates.ts";
import { timeToFull } from "../../../lib/forecast/time_to_full.ts";
import { bytes } from "../../../lib/units/bytes.ts";
import { INTERVAL_MS, PER_HOUR, type Series } from "./series.ts";

/** For every sample the time to full in ms; `NaN` where a method says nothing, or "not going to be". */
export type Foretold = Float64Array;

/** What each method foretells for a series, by its name, in the order of the table. */
export function foretell(series: Series): ReadonlyMap<string, Foretold> {
  const { all, confident } = ours(series);
  return new Map([
    ["this product", all],
    ["… of medium confidence", confident],
    ["last hour", lastHour(series)],
    ["predict_linear 1 h", predictLinear(series, PER_HOUR)],
    ["predict_linear 6 h", predictLinear(series, 6 * PER_HOUR)],
  ]);
}

function ours(
  { usedBytes, capacityBytes }: Series,
): { readonly all: Foretold; readonly confident: Foretold } {
  let state = EMPTY_RATE_STATE;
  const all = new Float64Array(usedBytes.length).fill(NaN);
  const confident = all.slice();
  for (const [at, used] of usedBytes.entries()) {
    const rounded = bytes(Math.round(used));
    const sample = { kind: "known", usedBytes: rounded, basis: "blocks" } as const;
    state = foldSample(state, sample, INTERVAL_MS);
    const headroom = bytes(Math.max(Math.round(capacityBytes) - rounded, 0));
    const forecast = timeToFull(headroom, ratesOf(state));
    if (forecast.kind !== "known") continue;
    all[at] = forecast.timeToFullMs;
    if (isConfident(forecast.confidence, "medium")) confident[at] = forecast.timeToFullMs;
  }
  return { all, confident };
}

/** What was used in the last hour is used in every hour to come. */
function lastHour({ usedBytes, capacityBytes }: Series): Foretold {
  return usedBytes.map((used, at) => {
    const growth = used - (usedBytes[at - PER_HOUR] ?? NaN);
    return growth > 0 ? (capacityBytes - used) / growth * PER_HOUR * INTERVAL_MS : NaN;
  });
}

/** Prometheus' function: a line by least squares over a window, read from now on. */
function predictLinear({ usedBytes, capacityBytes }: Series, window: number): Foretold {
  const meanX = (window - 1) / 2;
  const varianceX = (window * window - 1) / 12;
  const values = new Float64Array(usedBytes.length).fill(NaN);
  for (let at = window - 1; at < usedBytes.length; at += 1) {
    const from = at - window + 1;
    let sum = 0;
    let product = 0;
    for (let x = 0; x < window; x += 1) {
      const used = usedBytes[from + x] ?? 0;
      sum += used;
      product += (x - meanX) * used;
    }
    const slope = product / window / varianceX;
    const now = sum / window + slope * (window - 1 - meanX);
    if (slope > 0) values[at] = Math.max(capacityBytes - now, 0) / slope * INTERVAL_MS;
  }
  return values;
}
