/**
 * The time by which the past is thrown away. A machine whose clock is set a year ahead by mistake must not lose
 * its history over it.
 *
 * @module
 */

import { DAY, MINUTE } from "../../lib/units/millis.ts";

/** What is kept between two looks at the clocks. */
export interface TrustedTime {
  /** By what the past is judged: milliseconds since the Unix epoch. */
  readonly nowMs: number;
  readonly monotonicMs: number;
  /** Since when the wall clock has been ahead of what is believed, on the monotonic clock. */
  readonly aheadSinceMs?: number | undefined;
}

/** Both clocks at one instant. */
export interface Clocks {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

/** Clocks are slewed, and two readings are not one instant: so far ahead is no jump. */
const TOLERANCE_MS = MINUTE;

/** A wall clock that has kept on being ahead for so long is right: nobody has set it back. */
const BELIEVED_AFTER_MS = DAY;

/**
 * Looks at the clocks again. A wall clock that is set back is followed at once, since that throws nothing away;
 * one that is set ahead only after a day, and until then time goes on at the pace of the monotonic clock.
 */
export function followClocks(
  before: TrustedTime | undefined,
  { wallMs, monotonicMs }: Clocks,
): TrustedTime {
  if (before === undefined) return { nowMs: wallMs, monotonicMs };
  const expectedMs = before.nowMs + monotonicMs - before.monotonicMs;
  if (wallMs <= expectedMs + TOLERANCE_MS) return { nowMs: wallMs, monotonicMs };
  const aheadSinceMs = before.aheadSinceMs ?? before.monotonicMs;
  if (monotonicMs - aheadSinceMs >= BELIEVED_AFTER_MS) return { nowMs: wallMs, monotonicMs };
  return { nowMs: expectedMs, monotonicMs, aheadSinceMs };
}
