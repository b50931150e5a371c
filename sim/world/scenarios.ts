/**
 * The stories that are told: in the demo to people, in world tests to the controller.
 *
 * Volumes are ten times smaller than in production and fill a hundred times faster, so that a story takes
 * minutes.
 *
 * @module
 */

import { GIBIBYTE, MEBIBYTE } from "../../lib/units/bytes.ts";
import { MINUTE, SECOND } from "../../lib/units/millis.ts";
import type { Workload } from "../postgres/postgres.ts";
import type { Scenario } from "./scenario.ts";
import type { SimulatedCluster, World } from "./world.ts";

const IDLE: Workload = { walBytesPerSecond: 0, dataBytesPerSecond: 0 };
const GROWING: Workload = { walBytesPerSecond: 0, dataBytesPerSecond: 8 * MEBIBYTE };
const WRITING: Workload = { walBytesPerSecond: 8 * MEBIBYTE, dataBytesPerSecond: 0 };
const BURST: Workload = { walBytesPerSecond: 40 * MEBIBYTE, dataBytesPerSecond: 0 };

/** Tables from 60 % of ten GiB on: above the expansion threshold of 85 % after five minutes. */
const GROWTH = {
  dataBytes: 10 * GIBIBYTE,
  usedDataBytes: 6 * GIBIBYTE,
  workload: GROWING,
} as const;

/** When tables that no growth helps stop growing: above `expansion`, below `emergency`. */
const GROWTH_STOPS_AFTER_MS = 325 * SECOND;

const WAL_CLUSTER = { dataBytes: 10 * GIBIBYTE, walBytes: 4 * GIBIBYTE } as const;

function after(
  world: World,
  durationMs: number,
  { namespace, name }: SimulatedCluster,
  label: string,
  action: () => void,
): void {
  world.at(world.clock.now() + durationMs, `${namespace}/${name}: ${label}`, action);
}

function stopGrowing(world: World, cluster: SimulatedCluster): void {
  after(world, GROWTH_STOPS_AFTER_MS, cluster, "users stop writing", () => {
    cluster.setWorkload(IDLE);
  });
}

/** All stories. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: "idle",
    incident: "nothing at all",
    cluster: { dataBytes: 10 * GIBIBYTE },
    policy: {},
    durationMs: 10 * MINUTE,
    expected: { outcome: "untouched" },
  },
  {
    name: "growth",
    incident: "tables grow steadily",
    cluster: GROWTH,
    policy: {},
    durationMs: 10 * MINUTE,
    expected: { outcome: "grown", role: "data", atLeastBytes: 15 * GIBIBYTE },
  },
  {
    name: "wal-burst",
    incident: "a bulk load outruns the archive",
    cluster: { ...WAL_CLUSTER, archiver: { kind: "working", segmentsPerSecond: 1 } },
    policy: {},
    play(world, cluster): void {
      after(world, MINUTE, cluster, "a bulk load begins", () => cluster.setWorkload(BURST));
      after(world, 5 * MINUTE, cluster, "the bulk load is done", () => cluster.setWorkload(IDLE));
    },
    durationMs: 10 * MINUTE,
    expected: { outcome: "grown", role: "wal", atLeastBytes: 9 * GIBIBYTE },
  },
  {
    name: "archive-down",
    incident: "archiving fails, and is repaired after twelve minutes",
    cluster: { ...WAL_CLUSTER, workload: WRITING },
    policy: {},
    play(world, cluster): void {
      after(world, MINUTE, cluster, "the object store refuses writes", () => {
        cluster.setArchiver({
          kind: "failing",
          error: "unexpected failure invoking PutObject: 403",
        });
      });
      after(world, 13 * MINUTE, cluster, "the object store takes writes again", () => {
        cluster.setArchiver({ kind: "working", segmentsPerSecond: 10 });
      });
    },
    durationMs: 20 * MINUTE,
    expected: { outcome: "grown", role: "wal", atLeastBytes: 9 * GIBIBYTE },
  },
  {
    name: "fixed-class",
    incident: "the StorageClass cannot expand",
    cluster: GROWTH,
    policy: {},
    storage: { allowVolumeExpansion: false },
    play: stopGrowing,
    durationMs: 10 * MINUTE,
    expected: { outcome: "told", role: "data", reason: "StorageClassFixed" },
  },
  {
    name: "infeasible",
    incident: "the provider refuses sizes above 12 GiB",
    cluster: GROWTH,
    policy: {},
    storage: { behaviour: { infeasibleAboveBytes: 12 * GIBIBYTE } },
    play: stopGrowing,
    durationMs: 20 * MINUTE,
    expected: { outcome: "failed", role: "data", reason: "ResizeInfeasible" },
  },
  {
    name: "slow-provider",
    incident: "the provider takes two minutes for a larger disk",
    cluster: GROWTH,
    policy: { expansion: { parallelism: 3 } },
    storage: { behaviour: { controllerDelayMs: 2 * MINUTE } },
    play: stopGrowing,
    durationMs: 15 * MINUTE,
    expected: { outcome: "grown", role: "data", atLeastBytes: 15 * GIBIBYTE },
  },
  {
    name: "stuck-node",
    incident: "the node of one replica never grows its file system",
    cluster: GROWTH,
    policy: {},
    play(world, cluster): void {
      cluster.instances.at(-1)?.volumes[0]?.setBehaviour({ stuckAtNode: true });
      stopGrowing(world, cluster);
    },
    durationMs: 20 * MINUTE,
    expected: {
      outcome: "partly",
      role: "data",
      atLeastBytes: 15 * GIBIBYTE,
      missingSerial: 3,
      reason: "FileSystemDeadline",
    },
  },
  {
    name: "full-already",
    incident: "the WAL volume of the primary is full before the manager comes",
    cluster: WAL_CLUSTER,
    policy: {},
    play(_world, cluster): void {
      cluster.instances[0]?.volumes.find(({ role }) => role === "wal")?.fillTo(8 * MEBIBYTE);
    },
    durationMs: 15 * MINUTE,
    expected: { outcome: "grown", role: "wal", atLeastBytes: 9 * GIBIBYTE },
  },
  {
    name: "full-single",
    incident: "the only volume of the primary is full before the manager comes",
    cluster: { dataBytes: 10 * GIBIBYTE },
    policy: {},
    play(_world, cluster): void {
      cluster.instances[0]?.volumes[0]?.fillTo(8 * MEBIBYTE);
    },
    durationMs: 15 * MINUTE,
    expected: { outcome: "grown", role: "data", atLeastBytes: 15 * GIBIBYTE },
  },
  {
    name: "no-policy",
    incident: "tables grow, and no policy selects the cluster",
    cluster: GROWTH,
    play: stopGrowing,
    durationMs: 10 * MINUTE,
    expected: { outcome: "told", role: "data", reason: "NoPolicy" },
  },
  {
    name: "paused",
    incident: "tables grow while a user has paused the manager",
    cluster: { ...GROWTH, annotations: { "storage.cnpg.supporttools.io/paused": "true" } },
    policy: {},
    play: stopGrowing,
    durationMs: 10 * MINUTE,
    expected: { outcome: "told", role: "data", reason: "Paused" },
  },
  {
    name: "dry-run",
    incident: "tables grow under a policy that only records",
    cluster: GROWTH,
    policy: { dryRun: true },
    play: stopGrowing,
    durationMs: 10 * MINUTE,
    expected: { outcome: "recorded", role: "data" },
  },
  {
    name: "max-size",
    incident: "tables grow, and the volumes have their largest size already",
    cluster: GROWTH,
    policy: { expansion: { maxSize: "10Gi" } },
    play: stopGrowing,
    durationMs: 10 * MINUTE,
    expected: { outcome: "told", role: "data", reason: "MaxSizeReached" },
  },
  {
    name: "scale-up",
    incident: "a replica is added while volumes grow",
    cluster: { ...GROWTH, instances: 2 },
    policy: {},
    play(world, cluster): void {
      after(world, 5 * MINUTE, cluster, "a replica is added", () => cluster.scale(3));
    },
    durationMs: 12 * MINUTE,
    expected: { outcome: "grown", role: "data", atLeastBytes: 15 * GIBIBYTE },
  },
  {
    name: "pod-replaced",
    incident: "the pod of a replica is replaced while volumes grow",
    cluster: GROWTH,
    policy: {},
    play(world, cluster): void {
      after(world, 295 * SECOND, cluster, "a pod is replaced", () => {
        cluster.instances.at(-1)?.replacePod();
      });
    },
    durationMs: 12 * MINUTE,
    expected: { outcome: "grown", role: "data", atLeastBytes: 15 * GIBIBYTE },
  },
  {
    name: "failover",
    incident: "the node of the primary is lost while volumes grow",
    cluster: GROWTH,
    policy: {},
    play(world, cluster): void {
      after(world, 4 * MINUTE, cluster, "the primary is lost", () => cluster.failPrimary());
    },
    durationMs: 12 * MINUTE,
    expected: { outcome: "grown", role: "data", atLeastBytes: 15 * GIBIBYTE },
  },
];

/**
 * A scenario by its name.
 *
 * @throws {RangeError} If there is none of this name.
 */
export function findScenario(name: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.name === name);
  if (found !== undefined) return found;
  const known = SCENARIOS.map((scenario) => scenario.name).join(", ");
  throw new RangeError(`Cannot find scenario ${name}: expected one of ${known}`);
}
