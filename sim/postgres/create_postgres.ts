/**
 * Makes servers.
 *
 * @module
 */

import type { FileSystem } from "../storage/file_system.ts";
import { createArchiveQueue } from "./archive_queue.ts";
import { checkpointNow } from "./checkpoint.ts";
import { advance } from "./flow.ts";
import { advanceSlot, promote, start, stop } from "./lifecycle.ts";
import type {
  Postgres,
  PostgresSettings,
  ReplicationProgress,
  ServerState,
  WalDirectory,
} from "./postgres.ts";
import { replay, rewind } from "./replay.ts";
import { type Server, writerErrorOf } from "./server.ts";
import { readSettings } from "./settings.ts";
import { createTables } from "./tables.ts";
import { createWalFiles } from "./wal_files.ts";

/** How a server is made. */
export interface PostgresOptions {
  /** What differs from the defaults. */
  readonly settings?: Partial<PostgresSettings> | undefined;
  readonly dataFileSystem: FileSystem;
  /** @default the data file system */
  readonly walFileSystem?: FileSystem | undefined;
  readonly isPrimary: boolean;
  /** Now. */
  readonly createdAtMs: number;
  /** What the tables take, which for a clone is what its source has. @default {0} */
  readonly initialDataBytes?: number | undefined;
  /** Where a clone begins; by default where WAL begins. */
  readonly positionBytes?: number | undefined;
}

/**
 * Makes a server that was never started.
 *
 * @throws {RangeError} If the settings contradict themselves, or there is no room for the initial files.
 */
export function createPostgres(options: PostgresOptions): Postgres {
  const server = makeServer(options);
  const { dataFileSystem, walFileSystem, slots } = server;
  return {
    dataFileSystem,
    walFileSystem,
    get state(): ServerState {
      return server.state;
    },
    get isPrimary(): boolean {
      return server.isPrimary;
    },
    get wal(): WalDirectory {
      return walDirectoryOf(server);
    },
    get progress(): ReplicationProgress {
      return progressOf(server);
    },
    get writerError(): string | undefined {
      return writerErrorOf(server);
    },
    setWorkload: (workload) => void (server.workload = workload),
    setArchiver: (archiver) => server.archive.setArchiver(archiver, server.clockMs),
    createSlot: (name) => void slots.set(name, server.positionBytes),
    dropSlot: (name) => void slots.delete(name),
    advanceSlot: (name, positionBytes) => advanceSlot(server, name, positionBytes),
    promote: () => promote(server),
    demote: (positionBytes) => rewind(server, positionBytes),
    replayTo: (progress) => replay(server, progress),
    checkpoint(): void {
      if (server.state.kind === "running") checkpointNow(server);
    },
    start: (nowMs) => start(server, nowMs),
    stop: () => stop(server),
    step: (nowMs) => advance(server, nowMs),
  };
}

function makeServer(options: PostgresOptions): Server {
  const settings = readSettings(options.settings);
  const { dataFileSystem, walFileSystem = dataFileSystem, createdAtMs } = options;
  const { positionBytes = settings.walSegmentBytes } = options;
  const firstSegment = Math.floor(positionBytes / settings.walSegmentBytes);
  return {
    settings,
    dataFileSystem,
    walFileSystem,
    tables: createTables(dataFileSystem, options.initialDataBytes ?? 0),
    files: createWalFiles(walFileSystem, settings.walSegmentBytes, firstSegment),
    archive: createArchiveQueue(firstSegment),
    slots: new Map(),
    clockMs: createdAtMs,
    state: { kind: "stopped" },
    needsRecovery: false,
    isPrimary: options.isPrimary,
    workload: { walBytesPerSecond: 0, dataBytesPerSecond: 0 },
    positionBytes,
    redoBytes: positionBytes,
    checkpoint: undefined,
    lastCheckpointAtMs: createdAtMs,
    distanceEstimateBytes: 0,
    lastSwitchAtMs: createdAtMs,
    lastSwitchBytes: positionBytes,
    replaying: undefined,
    replayedRedoBytes: 0,
  };
}

function walDirectoryOf(server: Server): WalDirectory {
  const { files, archive, settings } = server;
  return {
    segments: files.segments,
    recycledSegments: files.futureSegments,
    unarchivedSegments: server.isPrimary ? archive.waiting : 0,
    sizeBytes: files.segments * settings.walSegmentBytes,
    oldestSegment: files.oldestSegment,
    insertPositionBytes: server.positionBytes,
  };
}

function progressOf(server: Server): ReplicationProgress {
  return {
    insertPositionBytes: server.positionBytes,
    redoPositionBytes: server.redoBytes,
    dataBytes: server.tables.sizeBytes,
  };
}
