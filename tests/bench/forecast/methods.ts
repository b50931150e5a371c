/**
 * The forecasts that are compared: ours, and what people use today.
 *
 * @module
 */

import { EMPTY_RATE_STATE, foldSample } from "../../../lib/forecast/rate_state.ts";
import { ratesOf } from "../../../lib/forecast/rates.ts";
import { timeToFull } from "../../../lib/forecast/time_to_full.ts";
import { bytes } from "../../../lib/units/bytes.ts";
import { INTERVAL_MS, PER_HOUR, type Series } from "./series.ts";

/** For every sample the time to full in ms; `NaN` where the method says nothing, or "not going to be". */
export type Method = (series: Series) => Float64Array;

/** By name, in the order of the table. */
export const METHODS: ReadonlyMap<string, Method> = new Map([
  ["this product", ours],
  ["last hour", lastHour],
  ["predict_linear 1 h", (series: Series) => predictLinear(series, PER_HOUR)],
  ["predict_linear 6 h", (series: Series) => predictLinear(series, 6 * PER_HOUR)],
]);

function ours({ usedBytes, capacityBytes }: Series): Float64Array {
  let state = EMPTY_RATE_STATE;
  return usedBytes.map((used) => {
    const rounded = bytes(Math.round(used));
    state = foldSample(
      state,
      { kind: "known", usedBytes: rounded, basis: "blocks" },
      INTERVAL_MS,
    );
    const headroom = bytes(Math.max(Math.round(capacityBytes) - rounded, 0));
    const forecast = timeToFull(headroom, ratesOf(state));
    return forecast.kind === "known" ? forecast.timeToFullMs : NaN;
  });
}

/** What was used in the last hour is used in every hour to come. */
function lastHour({ usedBytes, capacityBytes }: Series): Float64Array {
  return usedBytes.map((used, at) => {
    const growth = used - (usedBytes[at - PER_HOUR] ?? NaN);
    return growth > 0 ? (capacityBytes - used) / growth * PER_HOUR * INTERVAL_MS : NaN;
  });
}

/** Prometheus' function: a line by least squares over a window, read from now on. */
function predictLinear({ usedBytes, capacityBytes }: Series, window: number): Float64Array {
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
