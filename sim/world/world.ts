/**
 * The simulated world: what scenarios, tests and the demo see of it.
 *
 * @module
 */

import type { JsonObject } from "../../kube/api.ts";
import type { Clock } from "../../kube/clock.ts";
import type { Role } from "../../lib/view/role.ts";
import type { ApiServer } from "../api_server/api_server.ts";
import type { Archiver, Postgres, PostgresSettings, Workload } from "../postgres/postgres.ts";
import type { SeededRandom } from "../random/seeded_random.ts";
import type { FileSystemOptions } from "../storage/create_file_system.ts";
import type { FileSystem } from "../storage/file_system.ts";
import type { StorageBehaviour } from "../storage/storage_behaviour.ts";
import type { Volume } from "../storage/volumes.ts";

/** What a world is made with. */
export interface WorldOptions {
  /** The same seed, the same world. */
  readonly seed: number;
  readonly clock: Clock;
  /** Parsed CustomResourceDefinitions, CNPG's Cluster among them. */
  readonly crds: readonly JsonObject[];
  /** Its components act at every multiple of this, counted from the beginning. @default {1_000} */
  readonly tickMs?: number | undefined;
}

/** A world. */
export interface World {
  readonly server: ApiServer;
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly tickMs: number;
  readonly clusters: readonly SimulatedCluster[];
  /**
   * Brings all components up to the clock, tick by tick: servers, kubelet, resizer, operator, events, watches.
   * Between two ticks only watches move, so that nobody's timers change what the world does.
   */
  step(): void;
  /** Makes a class that users may name in clusters. */
  addStorageClass(spec: StorageClassSpec): void;
  /** Makes a cluster whose instances have data already; its pods start at the next ticks. */
  addCluster(spec: ClusterSpec): SimulatedCluster;
  /** Finds a cluster that lives. */
  findCluster(namespace: string, name: string): SimulatedCluster | undefined;
  /** Lets something happen at the first tick at or after `whenMs` (of the clock's `now()`). */
  at(whenMs: number, label: string, action: () => void): void;
  /** Calls back after every tick until the returned function is called. */
  onStep(listener: (nowMs: number) => void): () => void;
  /** Calls back for every event of {@link World.at} that happened, until the returned function is called. */
  onEvent(listener: (label: string, nowMs: number) => void): () => void;
}

/** A StorageClass and the driver behind it. */
export interface StorageClassSpec {
  readonly name: string;
  /** @default {"csi.example.com"} */
  readonly provisioner?: string | undefined;
  /** @default {true} */
  readonly allowVolumeExpansion?: boolean | undefined;
  readonly behaviour?: Partial<StorageBehaviour> | undefined;
  readonly fileSystem?: Partial<FileSystemOptions> | undefined;
}

/** A cluster as it is found by a manager that comes later. */
export interface ClusterSpec {
  readonly namespace: string;
  readonly name: string;
  /** @default {3} */
  readonly instances?: number | undefined;
  /** Size of the data volumes. */
  readonly dataBytes: number;
  /** Size of the WAL volumes; absent: pg_wal lies on the data volume. */
  readonly walBytes?: number | undefined;
  /** @default {none} */
  readonly tablespaces?:
    | readonly { readonly name: string; readonly sizeBytes: number }[]
    | undefined;
  /** Must have been added before. */
  readonly storageClass: string;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  /** What the tables take at the beginning. @default {a fifth of the data volume} */
  readonly usedDataBytes?: number | undefined;
  /** @default {none} */
  readonly workload?: Workload | undefined;
  /** @default {working} */
  readonly archiver?: Archiver | undefined;
  readonly settings?: Partial<PostgresSettings> | undefined;
  /** Whether its instances have an agent that reports. @default {true} */
  readonly agents?: boolean | undefined;
}

/** A cluster of the world. */
export interface SimulatedCluster {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly agents: boolean;
  /** Those whose volumes are made, in the order of their serials. */
  readonly instances: readonly SimulatedInstance[];
  /** Whose server takes writes; undefined while none does. */
  readonly primary: SimulatedInstance | undefined;
  readonly workload: Workload;
  readonly archiver: Archiver;
  setWorkload(workload: Workload): void;
  setArchiver(archiver: Archiver): void;
  /** A user changes `spec.instances`. */
  scale(instances: number): void;
  /** A user deletes the Cluster. */
  deleteIt(): void;
  /** The node of the primary's pod is lost. */
  failPrimary(): void;
}

/** An instance of a cluster. */
export interface SimulatedInstance {
  readonly namespace: string;
  readonly cluster: string;
  readonly name: string;
  /** UID of its pod; undefined while it has none. */
  podUid(): string | undefined;
  readonly postgres: Postgres;
  readonly volumes: readonly SimulatedVolume[];
  /**
   * The projected token that its agent finds, bound to its present pod and renewed as the kubelet does.
   *
   * @throws {Error} While there is no pod.
   */
  agentToken(nowMs: number): string;
  /** A user deletes the pod; the operator makes another one. */
  replacePod(): void;
}

/** A volume of an instance. */
export interface SimulatedVolume {
  readonly role: Role;
  readonly mountPath: string;
  readonly claimName: string;
  readonly fileSystem: FileSystem;
  /** The disk behind it, as it is now. */
  volume(): Volume;
  /** Sets how this volume differs from its class from now on; `{}` takes all differences away. */
  setBehaviour(behaviour: Partial<StorageBehaviour>): void;
  /** Somebody puts files on it until only so much is left; nothing happens if less is. */
  fillTo(availableBytes: number): void;
}
