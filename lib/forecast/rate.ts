/**
 * Rates of growth.
 *
 * @module
 */

import type { Branded } from "../units/brand.ts";

/** Bytes per second; negative where a volume empties. */
export type BytesPerSecond = Branded<number, "BytesPerSecond">;

/**
 * Makes {@link BytesPerSecond} of a number.
 *
 * @throws {RangeError} If `value` is not finite.
 */
export function bytesPerSecond(value: number): BytesPerSecond {
  if (!Number.isFinite(value)) {
    throw new RangeError(`Cannot use ${value} as a rate: expected finite bytes per second`);
  }
  return value as BytesPerSecond;
}
