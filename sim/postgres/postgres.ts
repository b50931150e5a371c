/**
 * A simulated PostgreSQL server, as far as disks see it: WAL that is written, recycled, archived and held,
 * and tables that grow.
 *
 * @module
 */

import type { FileSystem } from "../storage/file_system.ts";

/** Settings that decide how much WAL lies around; names and defaults as in postgresql.conf, units last. */
export interface PostgresSettings {
  readonly walSegmentBytes: number;
  readonly maxWalBytes: number;
  readonly minWalBytes: number;
  readonly walKeepBytes: number;
  readonly checkpointTimeoutMs: number;
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
  readonly segments: number;
  /** Files that the next checkpoint must keep although nothing was written to them yet. */
  readonly recycledSegments: number;
  /** `.ready` files. */
  readonly unarchivedSegments: number;
  readonly sizeBytes: number;
  /** Bytes written since the server was made. */
  readonly insertPositionBytes: number;
}

/** One server. */
export interface Postgres {
  readonly state: ServerState;
  readonly dataFileSystem: FileSystem;
  /** Where pg_wal lies: the data file system, or one of its own. */
  readonly walFileSystem: FileSystem;
  readonly wal: WalDirectory;
  readonly isPrimary: boolean;
  setWorkload(workload: Workload): void;
  setArchiver(archiver: Archiver): void;
  /** Creates a physical replication slot that holds WAL from now on. */
  createSlot(name: string): void;
  dropSlot(name: string): void;
  /** Moves a slot to the current position, as a standby that keeps up does. */
  advanceSlot(name: string): void;
  promote(): void;
  /** A standby replays up to its primary's position. */
  replayTo(insertPositionBytes: number): void;
  checkpoint(): void;
  /** Starts the server; it exits again at once, with 4, where it has no room for one WAL segment. */
  start(nowMs: number): void;
  stop(): void;
  /** Lets time pass up to `nowMs`. */
  step(nowMs: number): void;
}
