/**
 * Small statistics.
 *
 * @module
 */

/** The arithmetic mean; zero where there is nothing. */
export function meanOf(values: ArrayLike<number> & Iterable<number>): number {
  if (values.length === 0) return 0;
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** The value below which half of the others lie, the upper of two; zero where there is nothing. */
export function medianOf(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** The value that only `rank` others exceed; zero where there are not so many. */
export function largestBut(rank: number, values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length - 1 - rank] ?? 0;
}
