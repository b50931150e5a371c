/**
 * Adapter: the Clock port on the machine's own clocks.
 *
 * @module
 */

import type { Clock } from "./clock.ts";

/** Timers of the runtime count in a signed 32-bit integer and fire at once beyond it. */
const SLEEP_MS_MAX = 2 ** 31 - 1;

/** The clocks and timers of the runtime. */
export const systemClock: Clock = {
  now(): number {
    return Date.now();
  },
  monotonic(): number {
    return performance.now();
  },
  sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    if (!(durationMs <= SLEEP_MS_MAX)) {
      const problem = `expected at most ${SLEEP_MS_MAX} ms, found ${durationMs}`;
      return Promise.reject(new RangeError(`Cannot sleep: ${problem}`));
    }
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      function onAbort(): void {
        clearTimeout(timer);
        reject(signal?.reason);
      }
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      }, Math.max(0, durationMs));
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  },
};
