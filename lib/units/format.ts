/**
 * Amounts as people read them, in messages, tables and alerts. Machines read {@link formatQuantity} instead.
 *
 * @module
 */

import type { Bytes } from "./bytes.ts";
import type { Millis } from "./millis.ts";
import type { Percent } from "./percent.ts";

const BYTE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

const DURATION_UNITS = [
  { name: "d", lengthMs: 86_400_000 },
  { name: "h", lengthMs: 3_600_000 },
  { name: "min", lengthMs: 60_000 },
  { name: "s", lengthMs: 1_000 },
] as const;

/** A size with at most one decimal: `2.3 GiB`, `512 B`. */
export function formatBytes(size: Bytes): string {
  let amount: number = size;
  let unit = 0;
  // 1023.95 would be shown as 1024: it belongs to the next unit.
  while (amount >= 1023.95 && unit < BYTE_UNITS.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  return `${trimZero(amount.toFixed(1))} ${BYTE_UNITS[unit]}`;
}

/** A duration in its two largest units, the rest cut off: `2 d 4 h`, `5 min`, `45 s`, `250 ms`. */
export function formatDuration(duration: Millis): string {
  if (duration < 0) return `-${formatLength(-duration)}`;
  return formatLength(duration);
}

/**
 * A percentage with at most one decimal, the rest cut off and not rounded: what is below a threshold of 85 must
 * never read as `85 %`.
 */
export function formatPercent(share: Percent): string {
  // The addend absorbs what binary fractions lose: 32.3 must not become 32.2.
  const cut = Math.floor(share * 10 + 1e-6) / 10;
  return `${trimZero(cut.toFixed(1))} %`;
}

function formatLength(lengthMs: number): string {
  const largest = DURATION_UNITS.findIndex((unit) => lengthMs >= unit.lengthMs);
  if (largest === -1) return `${lengthMs} ms`;
  const parts: string[] = [];
  let restMs = lengthMs;
  for (const unit of DURATION_UNITS.slice(largest, largest + 2)) {
    const count = Math.floor(restMs / unit.lengthMs);
    restMs -= count * unit.lengthMs;
    if (count > 0) parts.push(`${count} ${unit.name}`);
  }
  return parts.join(" ");
}

function trimZero(text: string): string {
  return text.endsWith(".0") ? text.slice(0, -2) : text;
}
