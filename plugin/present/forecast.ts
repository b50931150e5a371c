/**
 * When volumes are going to be full, in words.
 *
 * @module
 */

import type { VolumeStatus } from "../../lib/cluster_storage/cluster_storage.ts";
import { readTimeToFull, soonest } from "../../lib/cluster_storage/forecast_status.ts";
import { formatRate } from "../../lib/explain/forecast_words.ts";
import { isReason, REASONS } from "../../lib/explain/reasons.ts";
import { bytesPerSecond } from "../../lib/forecast/rate.ts";
import { formatDuration } from "../../lib/units/format.ts";
import { HOUR, SECOND } from "../../lib/units/millis.ts";
import { sentence } from "./operations.ts";
import { volumeName } from "./state.ts";

/** Tells of one volume, and of the one that is full first where that is another. Nothing where nothing is told. */
export function forecastSentences(volume: VolumeStatus, all: readonly VolumeStatus[]): string[] {
  const own = forecastWords(volume);
  const first = soonestOf(all);
  return [
    ...(own === undefined ? [] : [sentence(`It is ${own}`)]),
    ...(first === undefined || first === volume
      ? []
      : [sentence(`The first to be full is ${volumeName(first)}: ${forecastWords(first) ?? ""}`)]),
  ];
}

/** What the manager foretold, to go on after "is"; undefined where it said nothing. */
export function forecastWords(volume: VolumeStatus): string | undefined {
  const { timeToFull, timeToFullConfidence, timeToFullReason = "", growthBytesPerHour } = volume;
  if (timeToFull === undefined) return undefined;
  const timeMs = readTimeToFull(timeToFull);
  if (timeMs === undefined) {
    const meaning = isReason(timeToFullReason) ? `: ${lowered(REASONS[timeToFullReason])}` : "";
    const word = timeToFull === "none"
      ? "not going to be full"
      : "full at a time that nobody knows";
    return `${word}${meaning}`;
  }
  const rate = growthBytesPerHour === undefined
    ? ""
    : ` at ${formatRate(bytesPerSecond(growthBytesPerHour * SECOND / HOUR))}`;
  const confidence = timeToFullConfidence === undefined
    ? ""
    : `, ${timeToFullConfidence} confidence`;
  return `going to be full in ${formatDuration(timeMs)}${rate}${confidence}`;
}

/** The volume that is full first; undefined where no time is known. */
function soonestOf(volumes: readonly VolumeStatus[]): VolumeStatus | undefined {
  const text = soonest(volumes.flatMap(({ timeToFull }) => timeToFull ?? []));
  if (text === undefined || readTimeToFull(text) === undefined) return undefined;
  return volumes.find(({ timeToFull }) => timeToFull === text);
}

function lowered(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}
