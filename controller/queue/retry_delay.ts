/**
 * How long a key waits after its work has failed.
 *
 * @module
 */

import type { Random } from "../../kube/clock.ts";

/** The first retry comes almost at once: most failures are a conflict with somebody who wrote first. */
export const RETRY_INITIAL_MS = 5;

/** The longest wait: somebody who cures a cause should not wait longer for us than this. */
export const RETRY_MAX_MS = 5 * 60_000;

/**
 * Time until the next try after `failures` failures in a row (at least 1):
 *
 *     bound = min(RETRY_MAX_MS, RETRY_INITIAL_MS × 2^(failures − 1))
 *     delay = bound/2 … bound, at random
 *
 * 5 ms, 10 ms, … 2.6 s after 10 failures, the maximum from 17 on. At least half of the bound is kept, so that
 * a key which fails again and again never becomes a busy loop; the random half keeps keys apart that failed
 * together.
 */
export function retryDelayMs(failures: number, random: Random): number {
  const bound = Math.min(RETRY_MAX_MS, RETRY_INITIAL_MS * 2 ** (failures - 1));
  return bound / 2 * (1 + random());
}
