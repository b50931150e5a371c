/**
 * How soon a volume is going to be full, against how soon it may be (DESIGN §4, §5).
 *
 * @module
 */

import { explainTimeToFull } from "../explain/forecast_words.ts";
import { isConfident } from "../forecast/growth.ts";
import type { ThresholdSettings } from "../policy/resolved.ts";
import { formatDuration } from "../units/format.ts";
import type { Volume } from "../view/volume.ts";
import { type Crossing, NOT_CROSSED } from "./crossing.ts";

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
 * What is acted on asks for medium confidence (docs/adr/0018); what was acted on is not over because less is known.
 * An unknown time never crosses anything.
 */
export function byTimeToFull(
  volume: Pick<Volume, "forecast" | "expansionTimeMs" | "toldReason">,
  { timeToFullMs: leastMs }: ThresholdSettings,
): Crossing {
  const { forecast, expansionTimeMs, toldReason } = volume;
  const outlook = forecast?.timeToFull;
  if (leastMs === undefined || outlook?.kind !== "known") return NOT_CROSSED;
  const wasUrgent = toldReason === "FullBeforeGrown";
  const wasShort = wasUrgent || toldReason === "TimeToFullShort";
  if (!isConfident(outlook.confidence, wasShort ? "low" : "medium")) return NOT_CROSSED;
  const { timeToFullMs } = outlook;
  const words = explainTimeToFull(outlook);
  if (
    expansionTimeMs !== undefined &&
    timeToFullMs < EXPANSION_MARGIN * expansionTimeMs * (wasUrgent ? OVER_FACTOR : 1)
  ) {
    const message = `Going to be ${words}: perhaps before it has grown, which usually takes ` +
      formatDuration(expansionTimeMs);
    return { level: "emergency", reason: "FullBeforeGrown", message };
  }
  if (timeToFullMs >= leastMs * (wasShort ? OVER_FACTOR : 1)) return NOT_CROSSED;
  const message = `Going to be ${words}: sooner than timeToFull ${formatDuration(leastMs)}`;
  return { level: "expansion", reason: "TimeToFullShort", message };
}
