/**
 * How soon a volume is going to be full, against how soon it may be (DESIGN §4, §5).
 *
 * @module
 */

import { explainTimeToFull } from "../explain/forecast_words.ts";
import { confidentRates } from "../forecast/rates.ts";
import { type TimeToFull, timeToFull } from "../forecast/time_to_full.ts";
import type { ThresholdSettings } from "../policy/resolved.ts";
import { formatDuration } from "../units/format.ts";
import type { Volume } from "../view/volume.ts";
import { type Crossing, NOT_CROSSED } from "./crossing.ts";
import { headroomOf } from "./pressure.ts";

/** An expansion is begun while there is time for it to take twice as long as usual. */
const EXPANSION_MARGIN = 2;

/**
 * A time to full that was too short is so until it is longer than its threshold by this factor: a rate is never
 * quite the same, and a level that comes and goes is told each time.
 */
const OVER_FACTOR = 1.25;

/**
 * Judges a volume by its time to full, where the policy sets one.
 *
 * What is acted on asks for medium confidence (docs/adr/0018), also once it was: an expansion cannot be taken back.
 * An unknown time never crosses anything.
 */
export function byTimeToFull(
  volume: Pick<
    Volume,
    "fileSystem" | "walHeadroom" | "forecast" | "expansionTimeMs" | "toldReason"
  >,
  { timeToFullMs: leastMs }: ThresholdSettings,
): Crossing {
  const { expansionTimeMs, toldReason } = volume;
  if (leastMs === undefined) return NOT_CROSSED;
  const wasUrgent = toldReason === "FullBeforeGrown";
  const wasShort = wasUrgent || toldReason === "TimeToFullShort";
  const outlook = confidentOutlook(volume);
  if (outlook?.kind !== "known") return NOT_CROSSED;
  const { timeToFullMs } = outlook;
  if (
    expansionTimeMs !== undefined &&
    timeToFullMs < EXPANSION_MARGIN * expansionTimeMs * (wasUrgent ? OVER_FACTOR : 1)
  ) {
    const message = `Going to be ${explainTimeToFull(outlook)}: perhaps before it has grown, ` +
      `which usually takes ${formatDuration(expansionTimeMs)}`;
    return { level: "emergency", reason: "FullBeforeGrown", message };
  }
  if (timeToFullMs >= leastMs * (wasShort ? OVER_FACTOR : 1)) return NOT_CROSSED;
  const message = `Going to be ${explainTimeToFull(outlook)}: ` +
    `sooner than timeToFull ${formatDuration(leastMs)}`;
  return { level: "expansion", reason: "TimeToFullShort", message };
}

/** The earliest that is foretold with confidence: a wilder guess of something sooner does not hide it. */
function confidentOutlook(
  { fileSystem, walHeadroom, forecast }: Pick<Volume, "fileSystem" | "walHeadroom" | "forecast">,
): TimeToFull | undefined {
  if (forecast === undefined || fileSystem.kind === "unknown") return undefined;
  const { mostBytes } = headroomOf(fileSystem.value, walHeadroom);
  return timeToFull(mostBytes, confidentRates(forecast.rates));
}
