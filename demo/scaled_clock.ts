/**
 * A Clock that runs faster than the machine's, and slower where the machine cannot keep up.
 *
 * @module
 */

import type { Clock } from "../kube/clock.ts";
import type { Timers } from "./timers.ts";

/** How the clock runs. */
export interface ScaledClockOptions {
  /** Seconds of the story for each second of the machine. */
  readonly speed: number;
  /** Milliseconds since the Unix epoch at which the story starts. */
  readonly startMs: number;
  readonly timers: Timers;
}

/** A Clock of a story. It moves until it is disposed of. */
export interface ScaledClock extends Clock, Disposable {}

/**
 * The most that passes in the story between two beats, and so in one turn of the event loop. Clients and
 * servers live in this process: the five seconds that an agent waits for its answer, a quarter of a real
 * second, are fifty turns in which the answer can be given, however little the machine lets the process run.
 */
export const BEAT_MS_MAX = 100;

/** Beats come so often that none is missed while the machine keeps up. */
const BEATS_IN_TIME = 2;

/**
 * Creates the clock.
 *
 * @throws {RangeError} If the speed is not positive.
 */
export function createScaledClock({ speed, startMs, timers }: ScaledClockOptions): ScaledClock {
  if (!(speed > 0 && Number.isFinite(speed))) {
    throw new RangeError(`Cannot run a clock: expected a speed above 0, found ${speed}`);
  }
  let beat = { realMs: timers.monotonic(), elapsedMs: 0 };
  let cancelBeat = timers.start(BEAT_MS_MAX / BEATS_IN_TIME / speed, onBeat);

  function elapsed(): number {
    return beat.elapsedMs + Math.min(BEAT_MS_MAX, (timers.monotonic() - beat.realMs) * speed);
  }

  function onBeat(): void {
    beat = { elapsedMs: elapsed(), realMs: timers.monotonic() };
    cancelBeat = timers.start(BEAT_MS_MAX / BEATS_IN_TIME / speed, onBeat);
  }

  return {
    now: () => Math.floor(startMs + elapsed()),
    monotonic: elapsed,
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
    [Symbol.dispose]: () => cancelBeat(),
  };
}
