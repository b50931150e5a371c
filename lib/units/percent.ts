/**
 * Percentages of a volume.
 *
 * @module
 */

import type { Branded } from "./brand.ts";

/** A percentage, 0 to 100 for shares; an increment may be larger. */
export type Percent = Branded<number, "Percent">;

/**
 * Makes {@link Percent} of a number.
 *
 * @throws {RangeError} If `value` is negative or not finite.
 */
export function percent(value: number): Percent {
  if (!Number.isFinite(value) || value < 0) {
    throw new RangeError(
      `Cannot use ${value} as a percentage: expected a finite number of 0 or more`,
    );
  }
  return value as Percent;
}
