/**
 * How long a Lease lasts, and how often it is renewed.
 *
 * @module
 */

/** Times of an election; those of all candidates should be equal. */
export interface LeaseTiming {
  /** Others wait this long after the last renewal that they saw before they take the Lease. */
  readonly leaseDurationMs: number;
  /** Who could not renew for so long leads no more. */
  readonly renewDeadlineMs: number;
  /** Longest wait between two tries to renew or to acquire. */
  readonly retryPeriodMs: number;
}

/** As client-go's `tools/leaderelection` and controller-runtime (`kubernetes.md` A6). */
export const DEFAULT_LEASE_TIMING: LeaseTiming = {
  leaseDurationMs: 15_000,
  renewDeadlineMs: 10_000,
  retryPeriodMs: 2_000,
};

/** Between one retry and the deadline there must be room for a second one (client-go's jitter factor). */
const RETRIES_IN_DEADLINE = 1.2;

/** A Lease is measured in whole seconds. */
const LEASE_DURATION_MS_MIN = 1_000;

/**
 * Says what is wrong with a timing, undefined if nothing is. The distance from the renewal deadline to the
 * duration of the Lease is all that keeps two from leading at once.
 */
export function timingProblem(timing: LeaseTiming): string | undefined {
  const { leaseDurationMs, renewDeadlineMs, retryPeriodMs } = timing;
  if (leaseDurationMs < LEASE_DURATION_MS_MIN) {
    return `expected a lease duration of at least 1s, found ${leaseDurationMs}ms`;
  }
  if (leaseDurationMs <= renewDeadlineMs) {
    return `expected a lease duration above the renew deadline (${renewDeadlineMs}ms), ` +
      `found ${leaseDurationMs}ms`;
  }
  const deadlineMsMin = retryPeriodMs * RETRIES_IN_DEADLINE;
  if (renewDeadlineMs <= deadlineMsMin) {
    return `expected a renew deadline above ${RETRIES_IN_DEADLINE} retry periods ` +
      `(${deadlineMsMin}ms), found ${renewDeadlineMs}ms`;
  }
  return retryPeriodMs > 0 ? undefined : "expected a retry period above zero";
}
