/**
 * A world for tests.
 *
 * @module
 */

import { CLUSTER_DEFINITION } from "../../operator/cluster_definition.ts";
import { createWorld } from "../create_world.ts";
import { runWorld } from "../run_world.ts";
import { createSimulatedClock, type SimulatedClock } from "../simulated_clock.ts";
import type { ClusterSpec, SimulatedCluster, StorageClassSpec, World } from "../world.ts";

/** One binary gibibyte. */
export const GIB = 1024 ** 3;

/** One binary mebibyte. */
export const MIB = 1024 ** 2;

/** A world, its clock, and a way to let time pass. */
export interface TestWorld {
  readonly world: World;
  readonly clock: SimulatedClock;
  run(durationMs: number): Promise<void>;
}

/** Makes a world with one class, `fast`. */
export function testWorld(storageClass: Partial<StorageClassSpec> = {}, seed = 1): TestWorld {
  const clock = createSimulatedClock();
  const world = createWorld({ seed, clock, crds: [CLUSTER_DEFINITION] });
  world.addStorageClass({ name: "fast", ...storageClass });
  return { world, clock, run: (durationMs) => runWorld(world, clock, durationMs) };
}

/** Adds a cluster `shop/orders` of three instances on 10 GiB each, unless told otherwise. */
export function addOrders(world: World, spec: Partial<ClusterSpec> = {}): SimulatedCluster {
  return world.addCluster({
    namespace: "shop",
    name: "orders",
    dataBytes: 10 * GIB,
    storageClass: "fast",
    ...spec,
  });
}
