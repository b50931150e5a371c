/**
 * What many measurements come to.
 *
 * @module
 */

/**
 * The smallest value that at least `share` of all do not exceed (nearest rank).
 *
 * @throws {RangeError} If there are no values.
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  const found = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  if (found !== undefined) return found;
  throw new RangeError("Cannot tell a percentile: expected values, found none");
}

/** The middle one of the values. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}
