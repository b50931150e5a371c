/**
 * Numbers of things.
 *
 * @module
 */

/** `1 cluster`, `5 clusters`. */
export function countOf(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
