/**
 * The time scales on which growth is looked at.
 *
 * @module
 */

import { HOUR, type Millis, millis, MINUTE, SECOND } from "../units/millis.ts";

/** From bursts of WAL (`minutes`, the fast rate) to the growth of data (`days`, the slow rate). */
export type Scale = "minutes" | "hour" | "hours" | "days";

/** Shortest first. */
export const SCALES = ["minutes", "hour", "hours", "days"] as const satisfies readonly Scale[];

/** How a scale divides the past. */
export interface ScaleSettings {
  readonly slotMs: Millis;
  /** How many slots are kept. */
  readonly slots: number;
  /** After so many slots a pattern comes again: only slots that lie a season apart are compared. */
  readonly seasonSlots: number;
  /** Growth that was not seen for so many seasons has ended. */
  readonly pauseSeasons: number;
}

/**
 * Ninety-odd slots in all: 20 minutes in steps of the usual 30 seconds, then two hours, half a day, and the
 * week for which history is kept (DESIGN §8), of which a season is the day.
 */
export const SCALE_SETTINGS: Readonly<Record<Scale, ScaleSettings>> = {
  minutes: { slotMs: millis(30 * SECOND), slots: 40, seasonSlots: 4, pauseSeasons: 2 },
  hour: { slotMs: millis(5 * MINUTE), slots: 24, seasonSlots: 3, pauseSeasons: 1 },
  hours: { slotMs: millis(30 * MINUTE), slots: 24, seasonSlots: 4, pauseSeasons: 2 },
  days: { slotMs: millis(6 * HOUR), slots: 28, seasonSlots: 4, pauseSeasons: 3 },
};

/** The length of a scale's season. */
export function seasonMs({ slotMs, seasonSlots }: ScaleSettings): Millis {
  return millis(slotMs * seasonSlots);
}
