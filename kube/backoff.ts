/**
 * Waiting times that grow with every failure and are spread at random.
 *
 * @module
 */

import type { Clock, Random } from "./clock.ts";

/** Shape of a {@link Backoff}. */
export interface BackoffOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Upper bound of the first wait. */
  readonly initialMs: number;
  /** Upper bound of every wait. */
  readonly maxMs: number;
  /** A failure that comes this long after the one before starts from `initialMs` again. */
  readonly resetAfterMs: number;
}

/** Remembers failures and says how long to wait. */
export interface Backoff {
  /** Notes a failure and gives the wait before the next try. */
  nextMs(): number;
  /** Failures in a row, without a quiet time of `resetAfterMs` between them. */
  readonly failures: number;
}

/**
 * Full jitter: a random share of a bound that doubles with every try, so that clients which lost the same
 * server at the same moment do not come back at the same moment.
 *
 * @param tries Number of tries that have failed so far, at least 1.
 */
export function fullJitterMs(
  tries: number,
  bounds: { readonly initialMs: number; readonly maxMs: number },
  random: Random,
): number {
  return random() * Math.min(bounds.maxMs, bounds.initialMs * 2 ** (tries - 1));
}

/** Creates a {@link Backoff} with no failure noted. */
export function createBackoff(options: BackoffOptions): Backoff {
  let failures = 0;
  let lastFailureMs = 0;
  return {
    nextMs(): number {
      const nowMs = options.clock.monotonic();
      if (nowMs - lastFailureMs >= options.resetAfterMs) failures = 0;
      failures++;
      lastFailureMs = nowMs;
      return fullJitterMs(failures, options, options.random);
    },
    get failures(): number {
      return failures;
    },
  };
}
