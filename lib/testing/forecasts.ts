/**
 * Forecasts for tests: of volumes that grow steadily.
 *
 * @module
 */

import type { Forecast } from "../forecast/forecast.ts";
import { type Confidence, type Growth, NO_GAP, unknownGrowth } from "../forecast/growth.ts";
import { bytesPerSecond } from "../forecast/rate.ts";
import type { Rates } from "../forecast/rates.ts";
import { timeToFull } from "../forecast/time_to_full.ts";
import { headroomOf } from "../threshold/pressure.ts";
import { bytes } from "../units/bytes.ts";
import { DAY, millis, SECOND } from "../units/millis.ts";
import type { Volume } from "../view/volume.ts";

/** What a test may say about how a volume grows. */
export interface SteadyGrowth {
  /** Bytes per second. */
  readonly rate: number;
  /** @default {"high"} */
  readonly confidence?: Confidence | undefined;
}

/** Of what has grown for a week nothing else is known than its days. */
const REACH_MS = millis(28 * DAY);

/** The forecast of a volume that has grown at one rate for days. */
export function forecastAt(
  volume: Pick<Volume, "fileSystem" | "walHeadroom">,
  { rate, confidence = "high" }: SteadyGrowth,
): Forecast {
  const { fileSystem, walHeadroom } = volume;
  const headroom = fileSystem.kind === "known"
    ? headroomOf(fileSystem.value, walHeadroom).mostBytes
    : bytes(0);
  const unknown = unknownGrowth("TooFewSamples");
  const days: Growth = {
    kind: "known",
    rate: bytesPerSecond(rate),
    gap: NO_GAP,
    reachBytes: Math.max(rate, 0) * REACH_MS / SECOND,
    reachMs: REACH_MS,
    confidence,
  };
  const rates: Rates = { minutes: unknown, hour: unknown, hours: unknown, days };
  return { rates, timeToFull: timeToFull(headroom, rates) };
}
