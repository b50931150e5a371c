/**
 * The past of one scale: of each slot the highest and the lowest value.
 *
 * @module
 */

import { type Millis, millis } from "../units/millis.ts";
import type { ScaleSettings } from "./scale.ts";

/**
 * Slots in which something was measured, oldest first, as columns of equal length: some hundred thousand of
 * these are held at once, and columns of numbers take a fifth of what objects take.
 */
export interface Slots {
  /** When the highest value was seen last. */
  readonly peakAtMs: readonly Millis[];
  readonly peakBytes: readonly number[];
  readonly lowBytes: readonly number[];
}

/** No past. */
export const NO_SLOTS: Slots = { peakAtMs: [], peakBytes: [], lowBytes: [] };

/** Adds a value, which is not older than any before it. */
export function recordValue(
  slots: Slots,
  settings: ScaleSettings,
  atMs: Millis,
  usedBytes: number,
): Slots {
  const slot = slotOf(atMs, settings);
  const last = slots.peakAtMs.length - 1;
  if (last >= 0 && slotOf(slots.peakAtMs[last] ?? atMs, settings) === slot) {
    return widen(slots, last, atMs, usedBytes);
  }
  const expired = slots.peakAtMs.findIndex((peakAtMs) =>
    slotOf(peakAtMs, settings) > slot - settings.slots
  );
  const from = expired === -1 ? slots.peakAtMs.length : expired;
  return {
    peakAtMs: [...slots.peakAtMs.slice(from), atMs],
    peakBytes: [...slots.peakBytes.slice(from), usedBytes],
    lowBytes: [...slots.lowBytes.slice(from), usedBytes],
  };
}

/** The number of the slot in which an instant lies. */
export function slotOf(atMs: Millis, { slotMs }: ScaleSettings): number {
  return Math.floor(atMs / slotMs);
}

/** The time between the oldest and the newest slot. */
export function spanMs({ peakAtMs }: Slots): Millis {
  return millis((peakAtMs.at(-1) ?? 0) - (peakAtMs[0] ?? 0));
}

function widen(slots: Slots, last: number, atMs: Millis, usedBytes: number): Slots {
  const peak = slots.peakBytes[last] ?? usedBytes;
  const low = slots.lowBytes[last] ?? usedBytes;
  if (usedBytes < peak) {
    return usedBytes < low ? { ...slots, lowBytes: slots.lowBytes.with(last, usedBytes) } : slots;
  }
  return {
    ...slots,
    peakAtMs: slots.peakAtMs.with(last, atMs),
    peakBytes: slots.peakBytes.with(last, usedBytes),
  };
}
