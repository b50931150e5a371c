/**
 * A server and an operator that answer what a test says, and a file system of a size.
 *
 * @module
 */

import { type FileSystemStatistics, type VolumeProbe } from "../../measure.ts";
import { statisticsWith } from "../../testing/builders.ts";
import type { Database, NoSession, OpenOutcome, Row } from "../database.ts";
import type { Operator } from "../operator.ts";
import {
  ARCHIVER_QUERY,
  SENDERS_QUERY,
  slotsQuery,
  STATUS_QUERY,
  SUMMARIZER_QUERY,
} from "../server_queries.ts";

/** When the fake server was started, by its own clock. */
export const STARTED_AT_MS = 1_767_200_000_000;

/** The answer of a primary of PostgreSQL 15 that writes segment 13. */
export const STATUS: Row = {
  versionNumber: 150018,
  systemIdentifier: "7300000000000000123",
  startedAtMs: STARTED_AT_MS,
  nowMs: STARTED_AT_MS + 1_000_000,
  isInRecovery: false,
  currentLsn: "0/D000100",
  currentTimeline: "00000001",
  receiveLsn: null,
  replayLsn: null,
  receivedTimeline: null,
  checkpointTimeline: 1,
  recoveryTimeline: 0,
  statisticsVisible: true,
  archiveMode: "on",
  archiverKind: "own",
  walKeepBytes: 0,
  minWalBytes: 83886080,
  maxWalBytes: 1073741824,
  walInitZero: true,
  completionTarget: 0.9,
};

/** An inactive slot at segment 11. */
export const SLOT: Row = {
  name: "_cnpg_orders_2",
  type: "physical",
  active: false,
  temporary: false,
  restartLsn: "0/B000000",
  walStatus: "extended",
  safeWalBytes: null,
  invalidationReason: null,
  inactiveSinceMs: null,
  idleTimeoutPassed: false,
};

/** A standby without a slot. */
export const SENDER: Row = {
  pid: 77,
  applicationName: "orders-2",
  state: "streaming",
  sentLsn: "0/D000100",
  writeLsn: "0/D000100",
  flushLsn: "0/D000100",
  replayLsn: "0/C000100",
  usesSlot: false,
  backendStartMs: STARTED_AT_MS,
};

/** An archiver that has never failed. */
export const ARCHIVER: Row = {
  archivedCount: 12,
  failedCount: 0,
  lastArchivedFile: "00000001000000000000000B",
  lastFailedFile: null,
  lastArchivedAgeMs: 5_000,
  lastFailedAgeMs: null,
  resetAtMs: STARTED_AT_MS,
};

/** What a server answers to each question. */
export interface Answers {
  readonly status?: Row | undefined;
  readonly slots?: readonly Row[] | undefined;
  readonly senders?: readonly Row[] | undefined;
  readonly archiver?: Row | undefined;
  readonly summarizer?: Row | undefined;
}

/** A server that was asked, and in which roles. */
export interface FakeDatabase extends Database {
  readonly roles: string[];
  readonly statements: string[];
  closed: number;
  answers: Answers;
}

/** A server with these answers; a question without an answer fails. */
export function fakeDatabase(answers: Answers = {}, unknownRoles: string[] = []): FakeDatabase {
  const database: FakeDatabase = {
    roles: [],
    statements: [],
    closed: 0,
    answers,
    open(role): Promise<OpenOutcome> {
      database.roles.push(role);
      if (unknownRoles.includes(role)) return Promise.resolve(silent("roleRefused"));
      return Promise.resolve({
        kind: "open",
        session: {
          rows: (statement) => rowsFor(statement, database),
          close: () => database.closed += 1,
        },
      });
    },
  };
  return database;
}

/** A server that cannot be asked. */
export function silentDatabase(reason: NoSession): Database {
  return { open: () => Promise.resolve(silent(reason)) };
}

/** A database that never answers. */
export const HUNG_DATABASE: Database = { open: () => new Promise(() => {}) };

function silent(reason: NoSession): OpenOutcome {
  return { kind: "none", reason, message: `Cannot connect: ${reason}` };
}

async function rowsFor(statement: string, database: FakeDatabase): Promise<readonly Row[]> {
  await Promise.resolve();
  database.statements.push(statement);
  const { status = STATUS, slots = [], senders = [], archiver = ARCHIVER, summarizer } =
    database.answers;
  const answers = new Map<string, readonly Row[]>([
    [STATUS_QUERY, [status]],
    [SENDERS_QUERY, senders],
    [ARCHIVER_QUERY, [archiver]],
    ...summarizer === undefined ? [] : [[SUMMARIZER_QUERY, [summarizer]] as const],
    ...[15, 17, 18].map((major) => [slotsQuery(major), slots] as const),
  ]);
  const rows = answers.get(statement);
  if (rows === undefined) throw new Error("canceling statement due to statement timeout");
  return rows;
}

/** A healthy cluster with a backup section, as the instance manager tells it. */
export function clusterWith(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    metadata: { name: "orders", annotations: {} },
    spec: { instances: 2, backup: { barmanObjectStore: { destinationPath: "s3://b" } } },
    status: {
      phase: "Cluster in healthy state",
      currentPrimary: "orders-1",
      targetPrimary: "orders-1",
    },
    ...changes,
  };
}

/** An operator that tells this cluster. */
export function fakeOperator(cluster: unknown = clusterWith()): Operator {
  return { cluster: () => Promise.resolve(cluster) };
}

/** A file system with so many bytes left. */
export function fakeProbe(availableBytes: number): VolumeProbe {
  return {
    statistics: (): Promise<FileSystemStatistics> =>
      Promise.resolve(statisticsWith(availableBytes)),
  };
}
