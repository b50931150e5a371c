/**
 * What befalls the clusters: the one table to add an incident to.
 *
 * Each is told within some nine minutes of the story. Volumes are ten times smaller than in production and
 * fill a hundred times faster.
 *
 * @module
 */

import { GIBIBYTE, MEBIBYTE } from "../lib/units/bytes.ts";
import { MINUTE, SECOND } from "../lib/units/millis.ts";
import type { Scenario, SimulatedCluster, World } from "../sim/mod.ts";

/** A story, and where it is played. */
export interface Incident {
  readonly namespace: string;
  readonly name: string;
  readonly scenario: Scenario;
  /** The trouble's cause goes away during the story: the volumes of this role have to empty again. */
  readonly empties?: "data" | "wal" | undefined;
}

/** Tables fill a volume of ten GiB, whose threshold is crossed at 8.3 GiB. */
const VOLUME_BYTES = 10 * GIBIBYTE;
/** Users who see no growth stop here, above `expansion` and below `emergency`. */
const STOP_BYTES = 8.55 * GIBIBYTE;

function growing(usedGibibytes: number, mebibytesPerSecond: number): Scenario["cluster"] {
  return {
    dataBytes: VOLUME_BYTES,
    usedDataBytes: Math.round(usedGibibytes * GIBIBYTE),
    workload: { walBytesPerSecond: 0, dataBytesPerSecond: mebibytesPerSecond * MEBIBYTE },
  };
}

function after(
  world: World,
  durationMs: number,
  { namespace, name }: SimulatedCluster,
  label: string,
  action: () => void,
): void {
  world.at(world.clock.now() + durationMs, `${namespace}/${name}: ${label}`, action);
}

function stopWritingAt(tableBytes: number): NonNullable<Scenario["play"]> {
  return function play(world, cluster): void {
    const { dataBytesPerSecond } = cluster.workload;
    const startBytes = cluster.primary?.postgres.progress.dataBytes ??
      cluster.instances[0]?.postgres.progress.dataBytes ?? 0;
    const seconds = Math.max(0, tableBytes - startBytes) / dataBytesPerSecond;
    after(world, seconds * SECOND, cluster, "its users stop writing", () => {
      cluster.setWorkload({ walBytesPerSecond: 0, dataBytesPerSecond: 0 });
    });
  };
}

function breakArchive(world: World, cluster: SimulatedCluster): void {
  after(world, 20 * SECOND, cluster, "the object store refuses WAL files", () => {
    cluster.setArchiver({ kind: "failing", error: "unexpected failure invoking PutObject: 403" });
  });
  after(world, 370 * SECOND, cluster, "the object store takes WAL files again", () => {
    cluster.setArchiver({ kind: "working", segmentsPerSecond: 10 });
  });
}

/** All incidents. */
export const INCIDENTS: readonly Incident[] = [
  {
    namespace: "shop",
    name: "orders",
    scenario: {
      name: "growth",
      incident: "tables grow steadily",
      cluster: growing(7, 8),
      policy: {},
      play: stopWritingAt(9.5 * GIBIBYTE),
      durationMs: 8 * MINUTE,
      expected: { outcome: "grown", role: "data", atLeastBytes: 15 * GIBIBYTE },
    },
  },
  {
    namespace: "billing",
    name: "payments",
    scenario: {
      name: "archive-down",
      incident: "archiving fails",
      cluster: {
        dataBytes: VOLUME_BYTES,
        walBytes: 4 * GIBIBYTE,
        workload: { walBytesPerSecond: 12 * MEBIBYTE, dataBytesPerSecond: 0 },
      },
      policy: {},
      play: breakArchive,
      durationMs: 14 * MINUTE,
      expected: { outcome: "grown", role: "wal", atLeastBytes: 9 * GIBIBYTE },
    },
    empties: "wal",
  },
  {
    namespace: "analytics",
    name: "reports",
    scenario: {
      name: "fixed-class",
      incident: "the StorageClass cannot expand",
      cluster: growing(7.2, 6),
      policy: {},
      storage: { allowVolumeExpansion: false },
      play: stopWritingAt(STOP_BYTES),
      durationMs: 8 * MINUTE,
      expected: { outcome: "told", role: "data", reason: "StorageClassFixed" },
    },
  },
  {
    namespace: "crm",
    name: "customers",
    scenario: {
      name: "infeasible",
      incident: "the provider refuses more than 12 GiB",
      cluster: growing(7.6, 4),
      policy: {},
      storage: { behaviour: { infeasibleAboveBytes: 12 * GIBIBYTE } },
      play: stopWritingAt(STOP_BYTES),
      durationMs: 8 * MINUTE,
      expected: { outcome: "failed", role: "data", reason: "ResizeInfeasible" },
    },
  },
  {
    namespace: "shop",
    name: "catalog",
    scenario: {
      name: "idle",
      incident: "nothing happens",
      cluster: { dataBytes: VOLUME_BYTES },
      policy: {},
      durationMs: 8 * MINUTE,
      expected: { outcome: "untouched" },
    },
  },
];

/** `count` incidents: each once, then again under names of their own. */
export function castIncidents(count: number = INCIDENTS.length): Incident[] {
  return Array.from(
    { length: Math.ceil(count / INCIDENTS.length) },
    (_, round) =>
      INCIDENTS.map((incident) => ({
        ...incident,
        name: round === 0 ? incident.name : `${incident.name}-${round + 1}`,
      })),
  ).flat().slice(0, count);
}
