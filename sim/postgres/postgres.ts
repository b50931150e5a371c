/**
 * A simulated PostgreSQL server, as far as disks see it: WAL that is written, recycled, archived and held,
 * and tables that grow.
 *
 * @module
 */

import type { FileSystem } from "../storage/file_system.ts";

/** Settings that decide how much WAL lies around; names as in postgresql.conf, units last. */
export interface PostgresSettings {
  readonly walSegmentBytes: number;
  readonly maxWalBytes: number;
  readonly minWalBytes: number;
  readonly walKeepBytes: number;
  readonly checkpointTimeoutMs: number;
  /** Share of the time between two checkpoints over which one is spread. */
  readonly checkpointCompletionTarget: number;
  /** After so long a segment that was written to is closed, full or not; 0 is never. */
  readonly archiveTimeoutMs: number;
}

/** What clients do. */
export interface Workload {
  readonly walBytesPerSecond: number;
  readonly dataBytesPerSecond: number;
}

/** How archive_command fares. */
export type Archiver =
  | { readonly kind: "working"; readonly segmentsPerSecond: number }
  | { readonly kind: "failing"; readonly error: string }
  | { readonly kind: "off" };

/** What the server process is doing. */
export type ServerState =
  | { readonly kind: "running" }
  /** Never started, or stopped in good order. */
  | { readonly kind: "stopped" }
  /** Ended by itself; CNPG's instance manager ends with status 4 where there is no room for WAL. */
  | { readonly kind: "exited"; readonly exitCode: number; readonly atMs: number };

/** What lies in pg_wal. */
export interface WalDirectory {
  /** All of them, those recycled for later included. */
  readonly segments: number;
  /** Files of the past that carry a future name: nothing was written to them yet. */
  readonly recycledSegments: number;
  /** `.ready` files. */
  readonly unarchivedSegments: number;
  readonly sizeBytes: number;
  /** Number of the oldest segment. */
  readonly oldestSegment: number;
  /** Where the next record goes, counted from the beginning of all WAL (an LSN). */
  readonly insertPositionBytes: number;
}

/** What a standby is sent: how far its primary is, or how much of that has reached it. */
export interface ReplicationProgress {
  readonly insertPositionBytes: number;
  /** Where the redo of the last completed checkpoint begins. */
  readonly redoPositionBytes: number;
  /** Size of all tables. */
  readonly dataBytes: number;
}

/** One server. The world steps it; its kubelet starts and stops it. */
export interface Postgres {
  readonly state: ServerState;
  readonly dataFileSystem: FileSystem;
  /** Where pg_wal lies: the data file system, or one of its own. */
  readonly walFileSystem: FileSystem;
  readonly wal: WalDirectory;
  readonly isPrimary: boolean;
  /** For {@link Postgres.replayTo} of its standbys. */
  readonly progress: ReplicationProgress;
  /** Why clients cannot write although the server is up. */
  readonly writerError: string | undefined;
  setWorkload(workload: Workload): void;
  setArchiver(archiver: Archiver): void;
  /** Creates a physical replication slot that holds WAL from now on. */
  createSlot(name: string): void;
  dropSlot(name: string): void;
  /** Moves a slot to a position, by default the current one, as a standby that keeps up does. Never back. */
  advanceSlot(name: string, positionBytes?: number): void;
  promote(): void;
  /** Becomes a standby that goes on from `positionBytes`, or from where it is if that is less (pg_rewind). */
  demote(positionBytes: number): void;
  /** A standby receives and replays up to its primary's position, as far as its disks have room. */
  replayTo(progress: ReplicationProgress): void;
  /** A CHECKPOINT by hand: done at once, and old segments are recycled or removed. */
  checkpoint(): void;
  /** Starts the server; it exits again at once, with 4, where it has no room for one WAL segment. */
  start(nowMs: number): void;
  stop(): void;
  /** Lets time pass up to `nowMs`. */
  step(nowMs: number): void;
}
