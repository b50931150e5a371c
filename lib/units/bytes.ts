/**
 * Bytes: sizes of volumes, file systems and files.
 *
 * @module
 */

import type { Branded } from "./brand.ts";

/** A non-negative, exact number of bytes (a safe integer: up to 8 PiB, larger than any single volume). */
export type Bytes = Branded<number, "Bytes">;

/** One binary gibibyte, the unit in which the PRD states increments. */
export const GIBIBYTE: Bytes = bytes(1024 ** 3);

/** One binary mebibyte. */
export const MEBIBYTE: Bytes = bytes(1024 ** 2);

/**
 * Makes {@link Bytes} of a number.
 *
 * @throws {RangeError} If `value` is negative, fractional or not a safe integer.
 */
export function bytes(value: number): Bytes {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(
      `Cannot use ${value} as a size: expected a whole number of bytes from 0 to ${Number.MAX_SAFE_INTEGER}`,
    );
  }
  return value as Bytes;
}

/** Whether {@link bytes} accepts the value. */
export function isBytes(value: number): value is Bytes {
  return Number.isSafeInteger(value) && value >= 0;
}

/** The larger of two sizes. */
export function maxBytes(first: Bytes, second: Bytes): Bytes {
  return first >= second ? first : second;
}

/** The smaller of two sizes. */
export function minBytes(first: Bytes, second: Bytes): Bytes {
  return first <= second ? first : second;
}

/** Rounds up to the next multiple of `step`; a size beyond exact arithmetic stays as it is. */
export function roundUpToStep(size: Bytes, step: Bytes): Bytes {
  if (step === 0) return size;
  const remainder = size % step;
  const rounded = remainder === 0 ? size : size - remainder + step;
  return isBytes(rounded) ? rounded : size;
}
