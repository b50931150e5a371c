/**
 * The one failure that a handler throws.
 *
 * @module
 */

/** Something could not be written and nothing is known; the queue tries again after a growing wait. */
export class UnavailableError extends Error {
  override readonly name = "UnavailableError";
}
