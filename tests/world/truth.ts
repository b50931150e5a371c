/**
 * What is really so in a world, and was a while ago: what the manager is judged by, whatever it was told.
 *
 * @module
 */

import type { SimulatedCluster, World } from "../../sim/mod.ts";
import { createTimeline, type Timeline } from "./timeline.ts";
import type { Wishes } from "./wishes.ts";

/** What is true of a cluster. */
export interface ClusterTruth {
  readonly cluster: SimulatedCluster;
  readonly wishes: Timeline<Wishes>;
  /** Used share of each volume in percent, by its claim, as PostgreSQL feels it: reserved blocks are nobody's. */
  readonly pressures: ReadonlyMap<string, Timeline<number>>;
  /** Size at which the world first had a volume of a role, in bytes. */
  readonly firstBytes: ReadonlyMap<string, number>;
}

/** Keeps the truth. */
export interface Truth {
  readonly clusters: readonly ClusterTruth[];
  add(cluster: SimulatedCluster, wishes: Wishes): ClusterTruth;
  find(namespace: string, name: string): ClusterTruth | undefined;
  /** The cluster that a claim belongs to. */
  ofClaim(namespace: string, claimName: string): ClusterTruth | undefined;
}

interface Record extends ClusterTruth {
  readonly pressures: Map<string, Timeline<number>>;
  readonly firstBytes: Map<string, number>;
}

const PERCENT = 100;

/** Starts to look at every tick of a world. */
export function keepTruth(world: World): Truth {
  const records: Record[] = [];
  function look(nowMs: number): void {
    for (const record of records) lookAt(record, nowMs);
  }
  world.onStep(look);
  function find(namespace: string, name: string): ClusterTruth | undefined {
    return records.find(({ cluster }) => cluster.namespace === namespace && cluster.name === name);
  }
  return {
    clusters: records,
    find,
    add(cluster, wishes): ClusterTruth {
      const record: Record = {
        cluster,
        wishes: createTimeline(wishes),
        pressures: new Map(),
        firstBytes: new Map(),
      };
      records.push(record);
      lookAt(record, world.clock.now());
      return record;
    },
    ofClaim: (namespace, claimName) =>
      records.find(({ cluster, pressures }) =>
        cluster.namespace === namespace && pressures.has(claimName)
      ),
  };
}

function lookAt({ cluster, pressures, firstBytes }: Record, nowMs: number): void {
  for (const { volumes } of cluster.instances) {
    for (const { role, claimName, fileSystem } of volumes) {
      if (!firstBytes.has(role)) firstBytes.set(role, fileSystem.deviceBytes);
      const { usedBytes, availableBytes } = fileSystem;
      const percent = PERCENT * usedBytes / Math.max(1, usedBytes + availableBytes);
      const known = pressures.get(claimName);
      if (known === undefined) pressures.set(claimName, createTimeline(percent));
      else known.set(nowMs, percent);
    }
  }
}
