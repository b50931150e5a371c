/**
 * Forecasts in words.
 *
 * @module
 */

import type { BytesPerSecond } from "../forecast/rate.ts";
import type { Scale } from "../forecast/scale.ts";
import type { TimeToFull } from "../forecast/time_to_full.ts";
import { bytes, isBytes } from "../units/bytes.ts";
import { formatBytes, formatDuration } from "../units/format.ts";
import { HOUR, SECOND } from "../units/millis.ts";
import { type Reason, REASONS } from "./reasons.ts";

/** When a rate was seen. */
const SCALE_WORDS: Readonly<Record<Scale, string>> = {
  minutes: "as in the last minutes",
  hour: "as in the last two hours",
  hours: "as in the last half day",
  days: "as in the last days",
};

/** A rate as people read it: `3.2 GiB/h`, with a sign where a volume empties. */
export function formatRate(rate: BytesPerSecond): string {
  const hourly = Math.round(Math.abs(rate) * HOUR / SECOND);
  const amount = formatBytes(bytes(isBytes(hourly) ? hourly : Number.MAX_SAFE_INTEGER));
  return `${rate < 0 && hourly > 0 ? "-" : ""}${amount}/h`;
}

/** A time to full, to go on after the name of a volume or a verb. */
export function explainTimeToFull(outlook: TimeToFull): string {
  switch (outlook.kind) {
    case "known":
      return `full in ${formatDuration(outlook.timeToFullMs)} at ${formatRate(outlook.rate)}, ` +
        `${SCALE_WORDS[outlook.scale]} (${outlook.confidence} confidence)`;
    case "none":
      return `not full within ${formatDuration(outlook.withinMs)}: ${meaningOf(outlook.reason)}`;
    case "unknown": {
      const least = outlook.notBeforeMs > 0
        ? `, but not within ${formatDuration(outlook.notBeforeMs)}`
        : "";
      return `full at a time that nobody knows${least}: ${meaningOf(outlook.reason)}`;
    }
  }
}

/** Within a sentence. */
function meaningOf(reason: Reason): string {
  const sentence: string = REASONS[reason];
  return `${sentence.charAt(0).toLowerCase()}${sentence.slice(1, -1)} (${reason})`;
}
