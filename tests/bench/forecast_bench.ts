/**
 * Forecasts: what one costs, and, side by side with what people use today, what it is worth.
 *
 * Both are paid once for each sample of a volume, every 30 seconds, and not within the budget of `decide`.
 *
 * @module
 */

import { EMPTY_RATE_STATE, foldSample } from "../../lib/forecast/rate_state.ts";
import { ratesOf } from "../../lib/forecast/rates.ts";
import { timeToFull } from "../../lib/forecast/time_to_full.ts";
import { bytes, GIBIBYTE } from "../../lib/units/bytes.ts";
import { forecastTable } from "./forecast/table.ts";
import { INTERVAL_MS, PER_DAY } from "./forecast/series.ts";

/** A week of samples: every slot of every scale is filled. */
const SAMPLES = 7 * PER_DAY;

function sampleAt(at: number): Parameters<typeof foldSample>[1] {
  const usedBytes = bytes(GIBIBYTE + at * 2 ** 17 + (at % 10) * 2 ** 24);
  return { kind: "known", usedBytes, basis: "blocks" };
}

let state = EMPTY_RATE_STATE;
for (let at = 0; at < SAMPLES; at += 1) state = foldSample(state, sampleAt(at), INTERVAL_MS);
const rates = ratesOf(state);

Deno.bench("foldSample() into a week of history", () => {
  foldSample(state, sampleAt(SAMPLES), INTERVAL_MS);
});

Deno.bench("ratesOf() a week of history", () => {
  ratesOf(state);
});

Deno.bench("timeToFull()", () => {
  timeToFull(GIBIBYTE, rates);
});

Deno.stdout.writeSync(new TextEncoder().encode(`${forecastTable()}\n\n`));
