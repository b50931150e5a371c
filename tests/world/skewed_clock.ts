/**
 * A clock on the wall of a machine that nobody has set: its time of day is wrong, and its durations are right.
 *
 * @module
 */

import type { Clock } from "../../kube/clock.ts";

/** Gives a clock another time of day; the shift may change, as when somebody sets the clock. */
export function skewClock(clock: Clock, skewMs: () => number): Clock {
  return {
    now: () => clock.now() + skewMs(),
    monotonic: () => clock.monotonic(),
    sleep: (durationMs, signal) => clock.sleep(durationMs, signal),
  };
}
