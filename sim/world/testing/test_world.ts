/**
 * A world for tests, with a Cluster definition that lets every field pass.
 *
 * @module
 */

import type { JsonObject } from "../../../kube/api.ts";
import { createWorld } from "../create_world.ts";
import { runWorld } from "../run_world.ts";
import { createSimulatedClock, type SimulatedClock } from "../simulated_clock.ts";
import type { ClusterSpec, SimulatedCluster, StorageClassSpec, World } from "../world.ts";

/** One binary gibibyte. */
export const GIB = 1024 ** 3;

/** One binary mebibyte. */
export const MIB = 1024 ** 2;

/** CNPG's Cluster, as loosely as a definition can say it. */
export const CLUSTER_DEFINITION: JsonObject = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "clusters.postgresql.cnpg.io" },
  spec: {
    group: "postgresql.cnpg.io",
    scope: "Namespaced",
    names: { kind: "Cluster", plural: "clusters", singular: "cluster" },
    versions: [{
      name: "v1",
      served: true,
      storage: true,
      subresources: { status: {} },
      schema: {
        openAPIV3Schema: {
          type: "object",
          properties: {
            spec: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
            status: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
          },
        },
      },
    }],
  },
};

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
