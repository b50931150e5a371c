/**
 * The machine's time, as a port.
 *
 * @module
 */

/** The machine's time, real and unhurried. */
export interface Timers {
  /** Milliseconds since an arbitrary start; never runs backwards. */
  monotonic(): number;
  /** Calls back after `durationMs`; what is returned calls that off. */
  start(durationMs: number, callback: () => void): () => void;
}

/** Resolves after `durationMs` of real time. */
export function pause(timers: Pick<Timers, "start">, durationMs: number): Promise<void> {
  return new Promise((resolve) => void timers.start(durationMs, resolve));
}
