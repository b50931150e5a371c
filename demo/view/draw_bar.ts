/**
 * A volume as a bar whose length is its size, so that growth is seen as growth.
 *
 * @module
 */

import type { SceneVolume } from "../scene.ts";
import { sizeText } from "../size_text.ts";
import type { Colour, Paint } from "./paint.ts";

/** From here on a volume is pressing, from there on watched: the defaults of a policy, in percent. */
const RED_FROM_PERCENT = 85;
const YELLOW_FROM_PERCENT = 70;

/** `100 %` */
const PERCENT_COLUMNS = 5;

/**
 * Draws used space, free space and what was asked for, `columns` wide for `longestBytes`.
 *
 * @throws {RangeError} If the bar has no columns or no length to measure by.
 */
export function drawBar(
  volume: SceneVolume,
  longestBytes: number,
  columns: number,
  paint: Paint,
): string {
  if (!(columns > 0 && longestBytes > 0)) {
    throw new RangeError(
      `Cannot draw a bar: expected columns and a length, found ${columns} and ${longestBytes}`,
    );
  }
  const { usedBytes, sizeBytes, requestedBytes = sizeBytes } = volume;
  function columnsOf(sizeOf: number): number {
    return Math.min(columns, Math.max(0, Math.round(sizeOf / longestBytes * columns)));
  }
  const size = columnsOf(sizeBytes);
  const used = Math.min(size, columnsOf(usedBytes));
  const requested = Math.max(size, columnsOf(requestedBytes));
  return paint(colourOf(volume), "█".repeat(used)) + "░".repeat(size - used) +
    paint("cyan", "·".repeat(requested - size)) + " ".repeat(columns - requested);
}

/**
 * The share of a volume that is used, in whole percent, cut off; 0 where it has no size. Like df and the manager,
 * it counts what PostgreSQL can have of it, without the file system's reserve.
 */
export function usedPercent({ usedBytes, availableBytes }: SceneVolume): number {
  const usableBytes = usedBytes + availableBytes;
  return usableBytes > 0 ? Math.floor(usedBytes / usableBytes * 100) : 0;
}

/** `   85 %  8.5 GiB of 10 GiB → 15 GiB` */
export function describeSize(volume: SceneVolume): string {
  const { usedBytes, sizeBytes, requestedBytes } = volume;
  const asked = requestedBytes === undefined ? "" : ` → ${sizeText(requestedBytes)}`;
  const percent = `${usedPercent(volume)} %`.padStart(PERCENT_COLUMNS);
  return ` ${percent}  ${sizeText(usedBytes)} of ${sizeText(sizeBytes)}${asked}`;
}

function colourOf(volume: SceneVolume): Colour {
  const percent = usedPercent(volume);
  if (percent >= RED_FROM_PERCENT) return "red";
  return percent >= YELLOW_FROM_PERCENT ? "yellow" : "green";
}
