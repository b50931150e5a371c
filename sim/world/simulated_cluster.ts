/**
 * One simulated cluster: what its users, its operator and time make its servers do.
 *
 * @module
 */

import { ADMINISTRATOR } from "../api_server/administrator.ts";
import type { Archiving, InstanceStatus } from "../operator/instance_managers.ts";
import { CLUSTERS } from "../operator/names.ts";
import { DEFAULT_ARCHIVER } from "../postgres/archive_queue.ts";
import type { Archiver, Postgres, Workload } from "../postgres/postgres.ts";
import {
  type ClusterInstances,
  type ClusterTraits,
  createClusterInstances,
  type Load,
} from "./cluster_instances.ts";
import { lead, leaderOf, stream } from "./replication.ts";
import type { SimulatedCluster } from "./world.ts";
import type { WorldState } from "./world_state.ts";

/** How long pg_basebackup and the first start of a standby take. */
const JOIN_MS = 20_000;

const IDLE: Workload = { walBytesPerSecond: 0, dataBytesPerSecond: 0 };

/** What tells one cluster from another. */
export interface ClusterFacts extends ClusterTraits {
  readonly uid: string;
  readonly agents: boolean;
  readonly workload?: Workload | undefined;
  readonly archiver?: Archiver | undefined;
}

/** A cluster as the world drives it. */
export interface DrivenCluster extends SimulatedCluster {
  /** Lets time pass for its servers. */
  step(nowMs: number): void;
  /** What its instance managers say; undefined where the server does not run. */
  status(instance: string): InstanceStatus | undefined;
  promote(instance: string): void;
  /** Puts an instance onto its volumes at once; false while there is no way. */
  addInstance(instance: string, nowMs: number): boolean;
  /** As {@link DrivenCluster.addInstance}, and as slowly as a base backup. */
  join(instance: string, nowMs: number): boolean;
  /** The instance's data is gone. */
  forget(instance: string): void;
}

/** What goes on in the pods of a cluster: its servers and their instance managers. */
type ClusterProcesses = Pick<
  DrivenCluster,
  "step" | "status" | "promote" | "addInstance" | "join" | "forget"
>;

/** Creates a cluster without instances; its Cluster object exists. */
export function createCluster(world: WorldState, facts: ClusterFacts): DrivenCluster {
  const { namespace, name } = facts;
  const object = { namespace, name };
  const members = createClusterInstances(world, facts);
  const load: { -readonly [Field in keyof Load]: Load[Field] } = {
    workload: facts.workload ?? IDLE,
    archiver: facts.archiver ?? DEFAULT_ARCHIVER,
  };
  return {
    namespace,
    name,
    uid: facts.uid,
    agents: facts.agents,
    get instances() {
      return members.instances;
    },
    get primary() {
      const leader = leaderOf(members.instances);
      return leader?.postgres.state.kind === "running" ? leader : undefined;
    },
    get workload() {
      return load.workload;
    },
    get archiver() {
      return load.archiver;
    },
    setWorkload(workload): void {
      load.workload = workload;
      for (const { postgres } of members.instances) postgres.setWorkload(workload);
    },
    setArchiver(archiver): void {
      load.archiver = archiver;
      for (const { postgres } of members.instances) postgres.setArchiver(archiver);
    },
    scale(instances): void {
      world.server.patch(CLUSTERS, object, { type: "merge", body: { spec: { instances } } }, {
        user: ADMINISTRATOR,
      });
    },
    deleteIt: () => world.server.delete(CLUSTERS, object, { user: ADMINISTRATOR }),
    failPrimary: () => leaderOf(members.instances)?.replacePod(),
    ...processesOf(world, members, load),
  };
}

function processesOf(world: WorldState, members: ClusterInstances, load: Load): ClusterProcesses {
  const joiningSince = new Map<string, number>();
  let timelineId = 1;
  return {
    step(nowMs): void {
      for (const { postgres } of members.instances) postgres.step(nowMs);
      stream(members.instances);
    },
    status(instance): InstanceStatus | undefined {
      const postgres = members.find(instance)?.postgres;
      if (postgres?.state.kind !== "running") return undefined;
      return {
        isPrimary: postgres.isPrimary,
        timelineId,
        positionBytes: postgres.progress.insertPositionBytes,
        archiving: archivingOf(load.archiver, postgres),
      };
    },
    promote(instance): void {
      lead(members.instances, instance, world.clock.now());
      timelineId += 1;
    },
    addInstance: (instance, nowMs) => members.add(instance, load, nowMs),
    join(instance, nowMs): boolean {
      const sinceMs = joiningSince.get(instance) ?? nowMs;
      joiningSince.set(instance, sinceMs);
      if (nowMs - sinceMs < JOIN_MS || !members.add(instance, load, nowMs)) return false;
      joiningSince.delete(instance);
      return true;
    },
    forget: (instance) => members.remove(instance),
  };
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
