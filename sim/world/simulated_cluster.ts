/**
 * One simulated cluster: its servers, and what its users and its operator make them do.
 *
 * @module
 */

import { PERSISTENT_VOLUME_CLAIM } from "../../kube/resources.ts";
import type { Archiving, InstanceStatus } from "../operator/instance_managers.ts";
import { readCluster } from "../operator/cluster_state.ts";
import { claimName, serialOf } from "../operator/instance_objects.ts";
import { CLUSTERS } from "../operator/names.ts";
import { DEFAULT_ARCHIVER } from "../postgres/archive_queue.ts";
import { createPostgres } from "../postgres/create_postgres.ts";
import type { Archiver, Postgres, PostgresSettings, Workload } from "../postgres/postgres.ts";
import { addSlot, dropSlot, lead, leaderOf, stream } from "./replication.ts";
import { createInstance } from "./simulated_instance.ts";
import type { SimulatedCluster, SimulatedInstance } from "./world.ts";
import { ADMINISTRATOR, type WorldParts } from "./world_parts.ts";

/** How long pg_basebackup and the first start of a standby take. */
const JOIN_MS = 20_000;

const IDLE: Workload = { walBytesPerSecond: 0, dataBytesPerSecond: 0 };

/** What tells one cluster from another. */
export interface ClusterTraits {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly agents: boolean;
  readonly workload?: Workload | undefined;
  readonly archiver?: Archiver | undefined;
  readonly settings?: Partial<PostgresSettings> | undefined;
  /** What the tables of the first instance take when it is made. */
  readonly initialDataBytes: number;
}

/** A cluster as the world drives it. */
export interface DrivenCluster extends SimulatedCluster {
  /** Lets time pass for its servers. */
  step(nowMs: number): void;
  /** What its instance managers say; undefined where the server does not run. */
  status(instance: string): InstanceStatus | undefined;
  promote(instance: string): void;
  /** Puts an instance onto its volumes, a clone of the leader if there is one; false while there is no way. */
  addInstance(instance: string, nowMs: number): boolean;
  /** As {@link DrivenCluster.addInstance}, and as slowly as a base backup. */
  join(instance: string, nowMs: number): boolean;
  /** The instance's data is gone. */
  forget(instance: string): void;
}

/** Creates a cluster without instances; its Cluster object exists. */
export function createCluster(world: WorldParts, traits: ClusterTraits): DrivenCluster {
  const { namespace, name } = traits;
  const object = { namespace, name };
  let { workload = IDLE, archiver = DEFAULT_ARCHIVER } = traits;
  let timelineId = 1;
  let instances: readonly SimulatedInstance[] = [];
  const joiningSince = new Map<string, number>();

  function find(instance: string): SimulatedInstance | undefined {
    return instances.find((one) => one.name === instance);
  }

  function addInstance(instance: string, nowMs: number): boolean {
    if (find(instance) !== undefined) return true;
    const stored = world.server.find(CLUSTERS, object);
    const roles = stored === undefined ? [] : readCluster(stored).volumes.map(({ role }) => role);
    const postgres = makeServer(world, traits, instance, leaderOf(instances)?.postgres, nowMs);
    if (postgres === undefined) return false;
    postgres.setWorkload(workload);
    postgres.setArchiver(archiver);
    const made = createInstance(world, {
      namespace,
      cluster: name,
      name: instance,
      roles,
      postgres,
    });
    instances = [...instances, made]
      .toSorted((one, other) => serialOf(one.name) - serialOf(other.name));
    addSlot(instances, instance);
    world.instances.set({ namespace, name: instance }, postgres);
    return true;
  }

  return {
    namespace,
    name,
    uid: traits.uid,
    agents: traits.agents,
    get instances() {
      return instances;
    },
    get primary() {
      const leader = leaderOf(instances);
      return leader?.postgres.state.kind === "running" ? leader : undefined;
    },
    get workload() {
      return workload;
    },
    get archiver() {
      return archiver;
    },
    setWorkload(changed): void {
      workload = changed;
      for (const { postgres } of instances) postgres.setWorkload(changed);
    },
    setArchiver(changed): void {
      archiver = changed;
      for (const { postgres } of instances) postgres.setArchiver(changed);
    },
    scale(wanted): void {
      world.server.patch(
        CLUSTERS,
        object,
        { type: "merge", body: { spec: { instances: wanted } } },
        {
          user: ADMINISTRATOR,
        },
      );
    },
    deleteIt: () => world.server.delete(CLUSTERS, object, { user: ADMINISTRATOR }),
    failPrimary(): void {
      leaderOf(instances)?.replacePod();
    },
    step(nowMs): void {
      for (const { postgres } of instances) postgres.step(nowMs);
      stream(instances);
    },
    status(instance): InstanceStatus | undefined {
      const postgres = find(instance)?.postgres;
      if (postgres?.state.kind !== "running") return undefined;
      return {
        isPrimary: postgres.isPrimary,
        timelineId,
        positionBytes: postgres.progress.insertPositionBytes,
        archiving: archivingOf(archiver, postgres),
      };
    },
    promote(instance): void {
      lead(instances, instance, world.clock.now());
      timelineId += 1;
    },
    addInstance,
    join(instance, nowMs): boolean {
      const sinceMs = joiningSince.get(instance) ?? nowMs;
      joiningSince.set(instance, sinceMs);
      if (nowMs - sinceMs < JOIN_MS || !addInstance(instance, nowMs)) return false;
      joiningSince.delete(instance);
      return true;
    },
    forget(instance): void {
      find(instance)?.postgres.stop();
      instances = instances.filter((one) => one.name !== instance);
      dropSlot(instances, instance);
      world.instances.remove({ namespace, name: instance });
    },
  };
}

/** Undefined where a disk is missing, or too small for what has to be copied onto it. */
function makeServer(
  world: WorldParts,
  traits: ClusterTraits,
  instance: string,
  leader: Postgres | undefined,
  nowMs: number,
): Postgres | undefined {
  const { namespace } = traits;
  const data = world.volumes.find({ namespace, name: claimName(instance, "data") });
  const walClaim = { namespace, name: claimName(instance, "wal") };
  const wal = world.volumes.find(walClaim);
  if (data === undefined) return undefined;
  if (wal === undefined && world.server.find(PERSISTENT_VOLUME_CLAIM, walClaim) !== undefined) {
    return undefined;
  }
  try {
    return createPostgres({
      settings: traits.settings,
      dataFileSystem: data.fileSystem,
      walFileSystem: wal?.fileSystem,
      isPrimary: leader === undefined,
      createdAtMs: nowMs,
      initialDataBytes: leader?.progress.dataBytes ?? traits.initialDataBytes,
      positionBytes: leader?.progress.insertPositionBytes,
    });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function archivingOf(archiver: Archiver, { wal }: Postgres): Archiving {
  switch (archiver.kind) {
    case "working":
      return { kind: "working" };
    case "failing":
      // Nothing fails before there is something to archive.
      return wal.unarchivedSegments > 0
        ? { kind: "failing", error: archiver.error }
        : { kind: "untried" };
    case "off":
      return { kind: "untried" };
    default:
      return archiver satisfies never;
  }
}
