/**
 * Evidence about a cluster that runs.
 *
 * @module
 */

import { addOrders, testWorld } from "../../sim/world/testing/test_world.ts";
import type { ClusterSpec } from "../../sim/mod.ts";
import type { Evidence } from "../story/evidence.ts";

/** How long a cluster takes to run. */
const START_MS = 10_000;

/** Evidence of a cluster `shop/orders` of three instances to which nothing has happened. */
export async function quietEvidence(spec: Partial<ClusterSpec> = {}): Promise<Evidence> {
  const { world, run } = testWorld();
  const cluster = addOrders(world, spec);
  await run(START_MS);
  const volumes = cluster.instances.flatMap((instance) => instance.volumes);
  return {
    cluster,
    startBytes: new Map(
      volumes.map(({ claimName, fileSystem }) => [claimName, fileSystem.deviceBytes]),
    ),
    requestedBytes: new Map(),
    peakUsedBytes: new Map(),
    declaredBytes: new Map([["data", 10 * 1024 ** 3]]),
    phase: "Cluster in healthy state",
    phases: new Set(["Cluster in healthy state"]),
    foundDown: false,
    wasDown: false,
    askedWhileOpen: false,
    changed: new Set(),
    reasons: new Set(),
    conditions: new Map(),
    events: new Map(),
  };
}
