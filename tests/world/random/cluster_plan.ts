/**
 * What a cluster of a random world is, before anything befalls it.
 *
 * @module
 */

import type { Random } from "../../../kube/clock.ts";
import type { Workload } from "../../../sim/postgres/postgres.ts";
import type { ClusterSpec, StorageClassSpec } from "../../../sim/world/world.ts";
import type { PolicyWish, RoleWish, WindowWish } from "../wishes.ts";
import { between, chance, pick } from "./draw.ts";

/** Where all clusters of a random world live. */
export const NAMESPACE_NAME = "shop";

const GIBIBYTE = 1024 ** 3;
const MEBIBYTE = 1024 ** 2;
const MINUTE_MS = 60_000;

/** 2026-01-01T00:00:00Z, where simulated clocks start. */
const WORLD_START_MS = 1_767_225_600_000;

/** How the storage of a cluster fares. */
export type StorageKind =
  | "healthy"
  | "slow"
  | "infeasible"
  | "infeasible-volume"
  | "failing"
  | "stuck-node"
  | "failing-node"
  | "fixed"
  | "budgeted";

/** What a cluster is made of. */
export interface ClusterPlan {
  readonly name: string;
  readonly storage: StorageKind;
  readonly storageClass: StorageClassSpec;
  readonly cluster: Omit<ClusterSpec, "namespace" | "name" | "storageClass">;
  readonly workload: Workload;
  /** Absent: no policy selects it in the beginning. */
  readonly policy?: PolicyWish | undefined;
}

/** Draws a cluster. */
export function drawCluster(random: Random, serial: number): ClusterPlan {
  const name = `orders${serial}`;
  const storage = pick<StorageKind>(random, [
    "healthy",
    "healthy",
    "healthy",
    "slow",
    "infeasible",
    "infeasible-volume",
    "failing",
    "stuck-node",
    "failing-node",
    "fixed",
    "budgeted",
  ]);
  const dataGibibytes = pick(random, [8, 10, 12]);
  const hasWal = chance(random, 0.4);
  const used = between(random, 45, 80) / 100;
  return {
    name,
    storage,
    storageClass: drawClass(random, `class-${name}`, storage, dataGibibytes),
    cluster: {
      instances: between(random, 1, 3),
      dataBytes: dataGibibytes * GIBIBYTE,
      ...(hasWal ? { walBytes: 6 * GIBIBYTE } : {}),
      ...(chance(random, 0.2) ? { tablespaces: [{ name: "sales", sizeBytes: 4 * GIBIBYTE }] } : {}),
      // Where pg_wal lies with the tables, it takes its share of the room.
      usedDataBytes: Math.floor(dataGibibytes * GIBIBYTE * (hasWal ? used : used - 0.05)),
      labels: { cluster: name },
    },
    workload: drawWorkload(random, storage),
    ...(chance(random, 0.92) ? { policy: drawPolicy(random) } : {}),
  };
}

/** A budget is spent within a world only by a cluster that nobody could help in time anyway. */
const BUDGET_HASTE = 4;

/**
 * Even the fastest takes more than ten minutes from the expansion threshold to a full volume: longer than a
 * watch may be silent, a request late and a controller dead, one after the other.
 */
function drawWorkload(random: Random, storage: StorageKind): Workload {
  const haste = storage === "budgeted" ? BUDGET_HASTE : 1;
  return {
    dataBytesPerSecond: pick(random, [0, 0.25, 0.5, 1, 1.5, 2]) * haste * MEBIBYTE,
    walBytesPerSecond: pick(random, [0, 0.1, 0.5, 1]) * MEBIBYTE,
  };
}

function drawClass(
  random: Random,
  name: string,
  storage: StorageKind,
  dataGibibytes: number,
): StorageClassSpec {
  const controllerDelayMs = between(random, 1_000, 6_000);
  switch (storage) {
    case "slow":
      return { name, behaviour: { controllerDelayMs: between(random, 60_000, 240_000) } };
    case "infeasible": {
      const infeasibleAboveBytes = (dataGibibytes + between(random, 0, 3)) * GIBIBYTE;
      return { name, behaviour: { controllerDelayMs, infeasibleAboveBytes } };
    }
    case "fixed":
      return { name, allowVolumeExpansion: false };
    case "budgeted":
      return { name, provisioner: "ebs.csi.aws.com", behaviour: { controllerDelayMs } };
    case "healthy":
    case "infeasible-volume":
    case "failing":
    case "stuck-node":
    case "failing-node":
      return { name, behaviour: { controllerDelayMs } };
  }
}

/** Worlds begin at a midnight, and last for less than an hour. */
function drawWindow(random: Random): WindowWish {
  return {
    opensAtMs: WORLD_START_MS + between(random, 0, 45) * MINUTE_MS,
    minutes: pick(random, [5, 20, 120]),
    emergencyExempt: chance(random, 0.6),
  };
}

/** Draws the settings of a policy. */
export function drawPolicy(random: Random): PolicyWish {
  return {
    ...drawRole(random),
    growthPercent: pick(random, [10, 20, 50, 100]),
    parallelism: pick(random, [1, 1, 2]),
    maxFailures: pick(random, [1, 2, 3]),
    resetMinutes: pick(random, [5, 15, 60]),
    dryRun: chance(random, 0.06),
    enabled: !chance(random, 0.04),
    excluded: chance(random, 0.04),
    sharesBreaker: chance(random, 0.15),
    writesBack: !chance(random, 0.12),
    window: chance(random, 0.12) ? drawWindow(random) : undefined,
    wal: chance(random, 0.2) ? drawRole(random) : undefined,
    timeToFullHours: chance(random, 0.2) ? pick(random, [1, 6, 48]) : undefined,
  };
}

function drawRole(random: Random): RoleWish {
  const expansionPercent = pick(random, [75, 80, 85]);
  return {
    expansionPercent,
    emergencyPercent: expansionPercent + 5,
    maxSizeGibibytes: pick(random, [11, 14, 20, 60, 60, 60]),
    cooldownMinutes: pick(random, [0, 5, 10, 30, 30]),
  };
}
