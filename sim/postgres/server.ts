/**
 * What a server is made of while it runs, and the small questions about it.
 *
 * @module
 */

import type { FileSystem } from "../storage/file_system.ts";
import type { ArchiveQueue } from "./archive_queue.ts";
import type { PostgresSettings, ReplicationProgress, ServerState, Workload } from "./postgres.ts";
import type { Tables } from "./tables.ts";
import type { WalFiles } from "./wal_files.ts";

/** A checkpoint under way. */
export interface RunningCheckpoint {
  readonly redoBytes: number;
  readonly startedAtMs: number;
}

/** The server's insides. */
export interface Server {
  readonly settings: PostgresSettings;
  readonly dataFileSystem: FileSystem;
  readonly walFileSystem: FileSystem;
  readonly tables: Tables;
  readonly files: WalFiles;
  readonly archive: ArchiveQueue;
  /** Positions that slots hold, by name. */
  readonly slots: Map<string, number>;
  clockMs: number;
  state: ServerState;
  /** The server was not shut down in good order. */
  needsRecovery: boolean;
  isPrimary: boolean;
  workload: Workload;
  positionBytes: number;
  /** Redo of the last checkpoint that was completed. */
  redoBytes: number;
  checkpoint: RunningCheckpoint | undefined;
  lastCheckpointAtMs: number;
  distanceEstimateBytes: number;
  lastSwitchAtMs: number;
  /** Position at the last switch of segments: nothing written since means nothing to close. */
  lastSwitchBytes: number;
  /** On a standby: what its primary has told, while not all of it was replayed. */
  replaying: ReplicationProgress | undefined;
  /** Redo of the last checkpoint that was replayed. */
  replayedRedoBytes: number;
}

/** Where the segment that is open ends. */
export function segmentEnd(server: Server): number {
  return (server.files.openSegment + 1) * server.settings.walSegmentBytes;
}

/** The number of the segment in which a position lies. */
export function segmentOf(server: Server, positionBytes: number): number {
  return Math.floor(positionBytes / server.settings.walSegmentBytes);
}

/** Whether pg_wal and the tables take space from each other. */
export function sharesVolume(server: Server): boolean {
  return server.dataFileSystem === server.walFileSystem;
}

/** Why writers get errors, if they do. */
export function writerErrorOf(server: Server): string | undefined {
  if (!server.isPrimary || server.workload.dataBytesPerSecond <= 0) return undefined;
  return server.tables.isFull ? "could not extend file: No space left on device" : undefined;
}

/**
 * WAL per second as of now. Whoever cannot extend a table is rolled back and writes nothing more; on a shared
 * volume what else the server writes (failed transactions, vacuum) goes on until pg_wal is out of room too.
 */
export function walRate(server: Server): number {
  if (!server.isPrimary) return 0;
  const stopped = writerErrorOf(server) !== undefined && !sharesVolume(server);
  return stopped ? 0 : server.workload.walBytesPerSecond;
}

/** Growth of tables per second as of now. */
export function dataRate(server: Server): number {
  if (!server.isPrimary || writerErrorOf(server) !== undefined) return 0;
  return server.workload.dataBytesPerSecond;
}

/** The server ends because it cannot go on; CNPG's manager looks for room for one segment when it does. */
export function exit(server: Server): void {
  server.needsRecovery ||= server.state.kind === "running";
  const exitCode = hasRoomForSegment(server) ? 1 : MISSING_WAL_DISK_SPACE;
  server.state = { kind: "exited", exitCode, atMs: server.clockMs };
  server.checkpoint = undefined;
}

/** CNPG's probe: one file of a segment's size is written and removed (`cnpg.md` §6). */
export function hasRoomForSegment(server: Server): boolean {
  const { walSegmentBytes } = server.settings;
  if (!server.walFileSystem.createFile(walSegmentBytes)) return false;
  server.walFileSystem.removeFile(walSegmentBytes);
  return true;
}

/** Exit status of CNPG's instance manager (`MissingWALDiskSpaceExitCode`). */
const MISSING_WAL_DISK_SPACE = 4;
