/**
 * A Clock that runs faster than the machine's, and slower where the machine cannot keep up.
 *
 * @module
 */

import type { Clock } from "../kube/clock.ts";

/** The machine's time, real and unhurried. */
export interface Timers {
  /** Milliseconds since an arbitrary start; never runs backwards. */
  monotonic(): number;
  /** Calls back after `durationMs`; what is returned calls that off. */
  start(durationMs: number, callback: () => void): () => void;
}

/** How the clock runs. */
export interface ScaledClockOptions {
  /** Seconds of the story for each second of the machine. */
  readonly speed: number;
  /** Milliseconds since the Unix epoch at which the story starts. */
  readonly startMs: number;
  readonly timers: Timers;
}

/** A Clock of a story. */
export interface ScaledClock extends Clock {
  /** Milliseconds that were left out of the story because the process did not get to run. */
  lostMs(): number;
}

/**
 * In the story somebody looks at the clock several times a second. When nobody has looked for longer, the
 * process did not get to run, and time limits must not pass meanwhile: of real time they are a fraction.
 */
export const GAP_MS_MAX = 1_000;

/**
 * Creates the clock.
 *
 * @throws {RangeError} If the speed is not positive.
 */
export function createScaledClock({ speed, startMs, timers }: ScaledClockOptions): ScaledClock {
  if (!(speed > 0 && Number.isFinite(speed))) {
    throw new RangeError(`Cannot run a clock: expected a speed above 0, found ${speed}`);
  }
  let readMs = timers.monotonic();
  let elapsedMs = 0;
  let lostMs = 0;

  function elapsed(): number {
    const nowMs = timers.monotonic();
    const gapMs = (nowMs - readMs) * speed;
    const passedMs = Math.min(GAP_MS_MAX, gapMs);
    readMs = nowMs;
    lostMs += gapMs - passedMs;
    elapsedMs += passedMs;
    return elapsedMs;
  }

  return {
    now: () => Math.floor(startMs + elapsed()),
    monotonic: elapsed,
    lostMs: () => lostMs,
    sleep(durationMs, signal): Promise<void> {
      if (signal?.aborted) return Promise.reject(signal.reason);
      const wakeAtMs = elapsed() + Math.max(0, durationMs);
      return new Promise((resolve, reject) => {
        let cancel = timers.start(Math.max(0, durationMs) / speed, wake);
        signal?.addEventListener("abort", onAbort, { once: true });

        function onAbort(): void {
          cancel();
          reject(signal?.reason);
        }
        function wake(): void {
          const leftMs = wakeAtMs - elapsed();
          if (leftMs > 0) {
            cancel = timers.start(leftMs / speed, wake);
            return;
          }
          signal?.removeEventListener("abort", onAbort);
          resolve();
        }
      });
    },
  };
}
