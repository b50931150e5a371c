/**
 * Lets time pass in a world and for everybody who lives by its clock.
 *
 * @module
 */

import type { SimulatedClock } from "./simulated_clock.ts";
import type { World } from "./world.ts";

/** Moves the clock on; at every tick the world moves before anybody wakes. */
export function runWorld(world: World, clock: SimulatedClock, durationMs: number): Promise<void> {
  return clock.advance(durationMs, { everyMs: world.tickMs, beforeEach: () => world.step() });
}
