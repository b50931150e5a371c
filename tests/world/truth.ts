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
  /** Whether its provider lets a volume be changed only so often. */
  readonly budgeted: boolean;
  /** Whether nothing but users and faults that pass can keep its volumes from growing in time. */
  readonly helpable: boolean;
  /** Used share of each volume in percent, by its claim, as PostgreSQL feels it: reserved blocks are nobody's. */
  readonly pressures: ReadonlyMap<string, Timeline<number>>;
  /** Whether an instance has no room for another WAL segment, or has stopped for want of it, by the instance. */
  readonly stops: ReadonlyMap<string, Timeline<boolean>>;
  /** When a report of each instance last reached the manager, by the instance. */
  readonly reportedMs: Map<string, number>;
  /** Whether a quota bounds what its claims may ask for. */
  readonly bounded: Timeline<boolean>;
  /** Values of `expansion-requested` that users set. */
  readonly manualRequests: string[];
}

/** What the world's maker says of a cluster. */
export type Traits = Pick<ClusterTruth, "budgeted" | "helpable" | "reportedMs">;

/** Keeps the truth. */
export interface Truth {
  readonly clusters: readonly ClusterTruth[];
  add(cluster: SimulatedCluster, wishes: Wishes, traits?: Partial<Traits>): ClusterTruth;
  /** The present cluster of a name, or the last. */
  find(namespace: string, name: string): ClusterTruth | undefined;
}

interface Record extends ClusterTruth {
  readonly pressures: Map<string, Timeline<number>>;
  readonly stops: Map<string, Timeline<boolean>>;
}

const PERCENT = 100;

/** Without room for another WAL segment CNPG stops the instance. */
const SEGMENT_BYTES = 16 * 1024 ** 2;

/** Starts to look at every tick of a world. */
export function keepTruth(world: World): Truth {
  const records: Record[] = [];
  function look(nowMs: number): void {
    for (const record of records) lookAt(record, nowMs);
  }
  world.onStep(look);
  function find(namespace: string, name: string): ClusterTruth | undefined {
    return records.findLast(({ cluster }) =>
      cluster.namespace === namespace && cluster.name === name
    );
  }
  return {
    clusters: records,
    find,
    add(
      cluster,
      wishes,
      { budgeted = false, helpable = false, reportedMs = new Map() } = {},
    ): ClusterTruth {
      const record: Record = {
        cluster,
        wishes: createTimeline(wishes),
        budgeted,
        helpable,
        pressures: new Map(),
        stops: new Map(),
        reportedMs,
        bounded: createTimeline(false),
        manualRequests: [],
      };
      records.push(record);
      lookAt(record, world.clock.now());
      return record;
    },
  };
}

function lookAt({ cluster, pressures, stops }: Record, nowMs: number): void {
  for (const { name, volumes, postgres } of cluster.instances) {
    const isFull = volumes.some(({ fileSystem }) => fileSystem.availableBytes < SEGMENT_BYTES);
    keep(stops, name, nowMs, isFull || postgres.state.kind === "exited");
    for (const { claimName, fileSystem } of volumes) {
      const { usedBytes, availableBytes } = fileSystem;
      keep(
        pressures,
        claimName,
        nowMs,
        PERCENT * usedBytes / Math.max(1, usedBytes + availableBytes),
      );
    }
  }
}

function keep<Value>(
  timelines: Map<string, Timeline<Value>>,
  key: string,
  nowMs: number,
  value: Value,
): void {
  const known = timelines.get(key);
  if (known === undefined) timelines.set(key, createTimeline(value));
  else known.set(nowMs, value);
}
