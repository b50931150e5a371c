/**
 * The instances of one simulated cluster: how they come onto their volumes, and how they go.
 *
 * @module
 */

import { PERSISTENT_VOLUME_CLAIM } from "../../kube/resources.ts";
import { readCluster } from "../operator/cluster_state.ts";
import { claimName, serialOf } from "../operator/instance_objects.ts";
import { CLUSTERS } from "../operator/names.ts";
import { createPostgres } from "../postgres/create_postgres.ts";
import type { Archiver, Postgres, PostgresSettings, Workload } from "../postgres/postgres.ts";
import { addSlot, dropSlot, leaderOf } from "./replication.ts";
import { createInstance } from "./simulated_instance.ts";
import type { SimulatedInstance } from "./world.ts";
import type { WorldState } from "./world_state.ts";

/** What the servers of a cluster have in common. */
export interface ClusterTraits {
  readonly namespace: string;
  readonly name: string;
  readonly settings?: Partial<PostgresSettings> | undefined;
  /** What the tables of the first instance take when it is made. */
  readonly initialDataBytes: number;
}

/** The instances of a cluster, from the first data to the last. */
export interface ClusterInstances {
  readonly instances: readonly SimulatedInstance[];
  find(instance: string): SimulatedInstance | undefined;
  /** Puts an instance onto its volumes, a clone of the leader if there is one; false while there is no way. */
  add(instance: string, load: Load, nowMs: number): boolean;
  /** The instance's data is gone. */
  remove(instance: string): void;
}

/** What the servers of a cluster do. */
export interface Load {
  readonly workload: Workload;
  readonly archiver: Archiver;
}

/** Creates an empty list of instances; the Cluster object exists. */
export function createClusterInstances(world: WorldState, traits: ClusterTraits): ClusterInstances {
  const { namespace, name } = traits;
  let instances: readonly SimulatedInstance[] = [];

  function find(instance: string): SimulatedInstance | undefined {
    return instances.find((one) => one.name === instance);
  }

  return {
    get instances() {
      return instances;
    },
    find,
    add(instance, load, nowMs): boolean {
      if (find(instance) !== undefined) return true;
      const stored = world.server.find(CLUSTERS, { namespace, name });
      const roles = stored === undefined ? [] : readCluster(stored).volumes.map(({ role }) => role);
      const postgres = makeServer(world, traits, instance, leaderOf(instances)?.postgres, nowMs);
      if (postgres === undefined) return false;
      postgres.setWorkload(load.workload);
      postgres.setArchiver(load.archiver);
      const made = { namespace, cluster: name, name: instance, roles, postgres };
      instances = [...instances, createInstance(world, made)]
        .toSorted((one, other) => serialOf(one.name) - serialOf(other.name));
      addSlot(instances, instance);
      world.podServers.set({ namespace, name: instance }, postgres);
      return true;
    },
    remove(instance): void {
      find(instance)?.postgres.stop();
      instances = instances.filter((one) => one.name !== instance);
      dropSlot(instances, instance);
      world.podServers.remove({ namespace, name: instance });
    },
  };
}

/** Undefined where a disk is missing, or too small for what has to be copied onto it. */
function makeServer(
  world: WorldState,
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
