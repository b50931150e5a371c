/**
 * One volume of one instance, as decisions see it.
 *
 * @module
 */

import type { Reason } from "../explain/reasons.ts";
import type { Forecast } from "../forecast/forecast.ts";
import type { Bytes } from "../units/bytes.ts";
import type { Millis } from "../units/millis.ts";
import type { Known, Observation } from "./observation.ts";
import type { Role } from "./role.ts";

/** What statfs said of a file system; byte counts as an unprivileged process sees them (`wal.md` §9). */
export interface FileSystemSample {
  /** Size that can be used at all: used + available. */
  readonly totalBytes: Bytes;
  readonly usedBytes: Bytes;
  /** `f_bavail`: what PostgreSQL can still write. */
  readonly availableBytes: Bytes;
  /** Absent where the file system has no fixed number of inodes. */
  readonly inodes?: { readonly total: number; readonly available: number } | undefined;
  /** Bytes of the device that statfs describes, before reserved blocks; for shared-disk detection. */
  readonly deviceBytes: Bytes;
}

/**
 * Segments in pg_wal that PostgreSQL will write next without needing new blocks (`wal.md` §7). The number is
 * an interval: where the current segment is not known, some of the files may be full already.
 */
export type WalHeadroom =
  | { readonly kind: "unknown" }
  | { readonly kind: "known"; readonly leastBytes: Bytes; readonly mostBytes: Bytes };

/** `status.allocatedResourceStatuses.storage`; unknown words are kept as `other` (`kubernetes.md` A1.1). */
export type ResizeStatus =
  | "none"
  | "ControllerResizeInProgress"
  | "ControllerResizeInfeasible"
  | "NodeResizePending"
  | "NodeResizeInProgress"
  | "NodeResizeInfeasible"
  | "other";

/** The claim's conditions about resizing. */
export interface ResizeConditions {
  readonly resizing: boolean;
  readonly fileSystemResizePending: boolean;
  /** Message of `ControllerResizeError`, where it is true. */
  readonly controllerError?: string | undefined;
  /** Message of `NodeResizeError`, where it is true. */
  readonly nodeError?: string | undefined;
}

/** Something else that grows a claim by itself (`peers.md`): two growers on one volume work against each other. */
export interface OtherGrower {
  readonly kind: "pvc-autoresizer" | "trident";
  /** By what it was recognised, for example an annotation with its value. */
  readonly sign: string;
}

/** What pg_wal holds, by count. */
export interface WalDirectory {
  readonly files: number;
  readonly sizeBytes: Bytes;
  /** Segments that wait to be archived; absent where nobody said. */
  readonly readyFiles?: number | undefined;
  /** How long nothing has been archived; absent where nothing ever was, or nobody said. */
  readonly archivingLagMs?: Millis | undefined;
}

/** The PersistentVolumeClaim of a volume. */
export interface Claim {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly phase: "Bound" | "Pending" | "Lost" | "Unknown";
  readonly deleting: boolean;
  readonly volumeMode: "Filesystem" | "Block";
  readonly requestBytes: Bytes;
  /** Absent until the claim is bound. */
  readonly capacityBytes?: Bytes | undefined;
  readonly resizeStatus: ResizeStatus;
  readonly resizeConditions: ResizeConditions;
  readonly otherGrower?: OtherGrower | undefined;
}

/** The StorageClass of a volume; `unknown` where the claim names none or it does not exist. */
export type StorageClassView =
  | { readonly kind: "unknown"; readonly name?: string | undefined }
  | {
    readonly kind: "known";
    readonly name: string;
    readonly provisioner: string;
    readonly allowVolumeExpansion: boolean;
    /** The kind of disk that its parameters name; absent where they name none, or the driver takes no such one. */
    readonly diskType?: string | undefined;
  };

/** The pod that mounts a volume. */
export interface PodView {
  readonly name: string;
  readonly uid: string;
  readonly nodeName?: string | undefined;
  /** Phase Running and not being deleted: a node can grow the file system. */
  readonly running: boolean;
  /**
   * Since when it has been seen running, on the clock of the view; absent while it does not, or where nobody looked.
   * Never taken from the pod, whose times are of another clock. A controller that begins to lead counts anew.
   */
  readonly runningSinceMs?: Millis | undefined;
  /** The exit code of the `postgres` container where it is not running now (4: no room for WAL, `cnpg.md` §6). */
  readonly postgresExit?: { readonly code: number; readonly atMs: number } | undefined;
}

/** One volume of one instance. */
export interface Volume {
  /** Instance name, `<cluster>-<serial>`. */
  readonly instance: string;
  readonly role: Role;
  /** Whether pg_wal lies here: the WAL volume, or the data volume where there is no `walStorage`. */
  readonly holdsWal: boolean;
  readonly claim: Claim;
  readonly storageClass: StorageClassView;
  /** Absent while no pod mounts the claim. */
  readonly pod?: PodView | undefined;
  readonly fileSystem: Observation<FileSystemSample>;
  readonly walHeadroom: WalHeadroom;
  /** Fresh measurements by other sources than the one that counts, which is `fileSystem`. */
  readonly otherReadings?: readonly Known<FileSystemSample>[] | undefined;
  /** The one of them that goes on contradicting `fileSystem`. */
  readonly disputedBy?: Known<FileSystemSample> | undefined;
  /** How it fills up; absent where nothing of its past was kept. */
  readonly forecast?: Forecast | undefined;
  /** How long volumes of this StorageClass take to grow, as seen; absent where none was seen to. */
  readonly expansionTimeMs?: Millis | undefined;
  /** Why it has the level that the ClusterStorage tells of it; absent where none has been told. */
  readonly toldReason?: Reason | undefined;
  /** What pg_wal holds; absent where the volume does not hold it, or nobody counts. */
  readonly walDirectory?: WalDirectory | undefined;
}
