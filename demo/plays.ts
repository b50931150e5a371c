/**
 * What happens to clusters of the demonstration, and when.
 *
 * Volumes are ten times smaller than in production and fill a hundred times faster.
 *
 * @module
 */

import { GIBIBYTE, MEBIBYTE } from "../lib/units/bytes.ts";
import { SECOND } from "../lib/units/millis.ts";
import type { Scenario, SimulatedCluster, World } from "../sim/mod.ts";

/** Lets things happen to a cluster. */
export type Play = NonNullable<Scenario["play"]>;

/** Tables fill a volume of ten GiB, whose threshold is crossed at 8.3 GiB. */
export const VOLUME_BYTES = 10 * GIBIBYTE;

const OBJECT_STORE_ERROR = "unexpected failure invoking PutObject: 403";

/** What is left of a full volume: less than a segment of WAL, so that PostgreSQL ends with status 4. */
const FULL_BYTES_LEFT = 8 * MEBIBYTE;

/**
 * A provider that is short of room has some for what a refused request is lowered to, and none for growth. That
 * little is there at once: the next try must not wait for a kubelet, which looks once a minute.
 */
const SHORT_OF_ROOM = {
  infeasibleAboveBytes: 11 * GIBIBYTE,
  roundUpToBytes: MEBIBYTE / 2,
  nodeExpansionRequired: false,
} as const;

/** A cluster of which `usedGibibytes` are taken, and whose tables grow. */
export function growing(usedGibibytes: number, mebibytesPerSecond: number): Scenario["cluster"] {
  return {
    dataBytes: VOLUME_BYTES,
    usedDataBytes: Math.round(usedGibibytes * GIBIBYTE),
    workload: { walBytesPerSecond: 0, dataBytesPerSecond: mebibytesPerSecond * MEBIBYTE },
  };
}

/** Its users stop writing once the tables have this size. */
export function stopWritingAt(tableBytes: number): Play {
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

/** The object store refuses WAL files for some minutes. */
export function breakArchive(world: World, cluster: SimulatedCluster): void {
  after(world, 20 * SECOND, cluster, "the object store refuses WAL files", () => {
    cluster.setArchiver({ kind: "failing", error: OBJECT_STORE_ERROR });
  });
  after(world, 370 * SECOND, cluster, "the object store takes WAL files again", () => {
    cluster.setArchiver({ kind: "working", segmentsPerSecond: 10 });
  });
}

/** The volume of the primary is full from the beginning. */
export function fillPrimary(_world: World, cluster: SimulatedCluster): void {
  cluster.instances[0]?.volumes[0]?.fillTo(FULL_BYTES_LEFT);
}

/** The provider refuses every growth until `endMs`. */
export function refuseUntil(endMs: number, andThen: Play): Play {
  return function play(world, cluster): void {
    const volumes = cluster.instances.flatMap((instance) => instance.volumes);
    for (const volume of volumes) volume.setBehaviour(SHORT_OF_ROOM);
    after(world, endMs, cluster, "the provider has room again", () => {
      for (const volume of volumes) volume.setBehaviour({});
    });
    andThen(world, cluster);
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
