/**
 * The Clock port: the only way in which code learns the time or lets time pass.
 *
 * @module
 */

/** Reads time and waits. `systemClock` is the adapter, `createFakeClock` the one for tests. */
export interface Clock {
  /** Milliseconds since the Unix epoch. May jump when the machine's clock is set: for stamps only. */
  now(): number;
  /** Milliseconds since an arbitrary start; never runs backwards: for ages, deadlines and intervals. */
  monotonic(): number;
  /**
   * Resolves after `durationMs` (at once when it is 0 or less).
   * Rejects with `signal.reason` as soon as `signal` is aborted.
   */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
}

/** A source of random numbers in [0, 1), `Math.random` in production. */
export type Random = () => number;
