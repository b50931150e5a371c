/**
 * Time: instants and durations in milliseconds.
 *
 * @module
 */

import type { Branded } from "./brand.ts";

/** Milliseconds: an instant since the Unix epoch, or a duration; the name of the field says which. */
export type Millis = Branded<number, "Millis">;

/** One second. */
export const SECOND: Millis = millis(1000);

/** One minute. */
export const MINUTE: Millis = millis(60_000);

/** One hour. */
export const HOUR: Millis = millis(3_600_000);

/** One day of 24 hours. */
export const DAY: Millis = millis(86_400_000);

/**
 * Makes {@link Millis} of a number; fractions are rounded.
 *
 * @throws {RangeError} If `value` is not finite.
 */
export function millis(value: number): Millis {
  if (!Number.isFinite(value)) {
    throw new RangeError(`Cannot use ${value} as a time: expected a finite number of milliseconds`);
  }
  return Math.round(value) as Millis;
}

/** The instant `duration` after `instant`. */
export function after(instant: Millis, duration: number): Millis {
  return millis(instant + duration);
}

/** The earlier of two instants, where either may be absent. */
export function earliest(
  first: Millis | undefined,
  second: Millis | undefined,
): Millis | undefined {
  if (first === undefined) return second;
  if (second === undefined) return first;
  return first <= second ? first : second;
}

/** The duration from one instant to a later one; zero if it has passed already. */
export function until(instant: Millis, nowMs: Millis): Millis {
  return millis(Math.max(instant - nowMs, 0));
}
