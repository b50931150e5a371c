/**
 * Sizes, shares and ages as cells of a table.
 *
 * @module
 */

import { formatBytes, formatDuration } from "../../lib/units/format.ts";
import { type Millis, millis } from "../../lib/units/millis.ts";
import { parseBytes } from "../../lib/units/quantity.ts";
import { parseTimestamp } from "../../lib/units/timestamp.ts";

/** Said where nothing is known: never 0, and never empty. */
export const UNKNOWN = "unknown";

const BAR_LENGTH = 10;

const AGE_UNITS = [
  { name: "d", lengthMs: 86_400_000 },
  { name: "h", lengthMs: 3_600_000 },
  { name: "m", lengthMs: 60_000 },
  { name: "s", lengthMs: 1_000 },
] as const;

/** A quantity of Kubernetes as people read it. */
export function sizeText(quantity: string | undefined): string {
  return quantity === undefined ? UNKNOWN : formatBytes(parseBytes(quantity));
}

/** A whole percentage. */
export function percentText(share: number | null | undefined): string {
  return share === undefined || share === null ? UNKNOWN : `${share}%`;
}

/** A share as a bar. What is not known is no empty bar. */
export function bar(share: number | undefined): string {
  if (share === undefined) return "?".padEnd(BAR_LENGTH, "·");
  const filled = Math.floor(share * BAR_LENGTH / 100);
  return "█".repeat(filled) + "░".repeat(BAR_LENGTH - filled);
}

/** An age in kubectl's manner: its largest unit. */
export function ageText(timestamp: string | undefined, nowMs: Millis): string {
  const instantMs = parseTimestamp(timestamp ?? "");
  if (instantMs === undefined) return UNKNOWN;
  const ageMs = Math.max(0, nowMs - instantMs);
  for (const { name, lengthMs } of AGE_UNITS) {
    if (ageMs >= lengthMs) return `${Math.floor(ageMs / lengthMs)}${name}`;
  }
  return "0s";
}

/** How long ago a timestamp is, in a sentence; undefined where there is none. */
export function agoOf(timestamp: string | undefined, nowMs: Millis): string | undefined {
  const instantMs = parseTimestamp(timestamp ?? "");
  return instantMs === undefined ? undefined : agoText(instantMs, nowMs);
}

/** Since when something holds, within a sentence: ` for 3 h`; empty where that is not known or was just now. */
export function forText(since: string | undefined, nowMs: Millis): string {
  const instantMs = parseTimestamp(since ?? "");
  const ageMs = instantMs === undefined ? 0 : nowMs - instantMs;
  return ageMs < 1_000 ? "" : ` for ${formatDuration(millis(ageMs))}`;
}

/** How long ago something was, in a sentence: `3 h ago`. */
export function agoText(instantMs: Millis, nowMs: Millis): string {
  const ageMs = Math.max(0, nowMs - instantMs);
  return ageMs < 1_000 ? "just now" : `${formatDuration(millis(ageMs))} ago`;
}
