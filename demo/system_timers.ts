/**
 * Adapter: the Timers port on the runtime's own.
 *
 * @module
 */

import type { Timers } from "./timers.ts";

/** Timers of the runtime count in a signed 32-bit integer; a longer wait is one of several. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** The runtime's timers. */
export const systemTimers: Timers = {
  monotonic: () => performance.now(),
  start(durationMs, callback): () => void {
    const timer = setTimeout(callback, Math.min(durationMs, TIMER_MS_MAX));
    return () => clearTimeout(timer);
  },
};
