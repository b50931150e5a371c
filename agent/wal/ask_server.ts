/**
 * Asks the server what holds WAL back, in a connection of a few milliseconds (`wal.md` §6).
 *
 * @module
 */

import { type Bytes } from "../../lib/units/bytes.ts";
import type { Millis } from "../../lib/units/millis.ts";
import type {
  Archiving,
  LiveSlot,
  Summarizer,
  WalPosition,
  WalSender,
} from "../../lib/wal/evidence.ts";
import { type Fact, known, unknown } from "../../lib/wal/fact.ts";
import { type Lsn, maxLsn, NO_LSN } from "../../lib/wal/lsn.ts";
import { attempt } from "./attempt.ts";
import type { Database, DatabaseSession, NoSession, OpenOutcome } from "./database.ts";
import {
  ARCHIVER_QUERY,
  SENDERS_QUERY,
  slotsQuery,
  STATUS_QUERY,
  SUMMARIZER_MAJOR,
  SUMMARIZER_QUERY,
} from "./server_queries.ts";
import {
  type ArchiverKind,
  type ArchiverStatistics,
  parseArchiver,
  parseSenders,
  parseSlots,
  parseStatus,
  parseSummarizer,
  type StatusRow,
} from "./server_rows.ts";

/** The role that CloudNativePG makes for reading, and the owner where it does not exist (`cnpg.md` §3.5). */
export const OBSERVER_ROLES = ["cnpg_metrics_exporter", "postgres"] as const;

/** What a server told of itself. */
export interface ServerTold {
  readonly kind: "told";
  /** The role that was let in, to be asked as first the next time. */
  readonly role: string;
  readonly major: number;
  readonly systemIdentifier: bigint;
  readonly startedAtMs: Millis;
  /** The server's clock: every instant that it tells is by this one. */
  readonly nowMs: Millis;
  readonly isInRecovery: boolean;
  readonly position: Fact<WalPosition>;
  readonly replayLsn?: Lsn | undefined;
  readonly statisticsVisible: boolean;
  readonly slots: Fact<readonly LiveSlot[]>;
  readonly senders: Fact<readonly WalSender[]>;
  readonly archiver: Fact<ArchiverStatistics>;
  readonly summarizer: Fact<Summarizer>;
  readonly settings: ServerSettings;
}

/** Settings that bear on what is kept. */
export interface ServerSettings {
  readonly archiveMode: Archiving["mode"];
  readonly archiverKind: ArchiverKind;
  readonly walKeepBytes: Bytes;
  readonly minWalBytes: Bytes;
  readonly maxWalBytes: Bytes;
  readonly walInitZero: boolean;
  readonly completionTarget: number;
}

/** A server that could not be asked, and what that says about it. */
export interface ServerSilent {
  readonly kind: "silent";
  readonly reason: NoSession;
  readonly message: string;
}

/** What came of asking. */
export type ServerAnswer = ServerTold | ServerSilent;

/** Asks as the first of `roles` that is let in. Never rejects; is done once `deadline` is aborted. */
export async function askServer(
  database: Database,
  roles: readonly string[],
  deadline: AbortSignal,
): Promise<ServerAnswer> {
  let refused: ServerSilent = { kind: "silent", reason: "failed", message: "no role was given" };
  for (const role of roles) {
    const outcome: OpenOutcome = await database.open(role, deadline);
    if (outcome.kind === "open") return await askSession(outcome.session, role, deadline);
    refused = { kind: "silent", reason: outcome.reason, message: outcome.message };
    if (outcome.reason !== "roleRefused") return refused;
  }
  return refused;
}

async function askSession(
  session: DatabaseSession,
  role: string,
  deadline: AbortSignal,
): Promise<ServerAnswer> {
  const ask = <Value>(
    what: string,
    statement: string,
    parse: (rows: readonly Readonly<Record<string, unknown>>[]) => Value,
  ): Promise<Fact<Value>> =>
    attempt(`ask for ${what}`, async () => parse(await session.rows(statement)), deadline);
  try {
    const status = await ask("the server's status", STATUS_QUERY, parseStatus);
    if (status.kind === "unknown") {
      return { kind: "silent", reason: "failed", message: status.message };
    }
    const major = Math.floor(status.value.versionNumber / 10_000);
    return {
      ...told(status.value, role, major),
      slots: await ask("the replication slots", slotsQuery(major), parseSlots),
      senders: await ask("the standbys", SENDERS_QUERY, parseSenders),
      archiver: await ask("the archiver", ARCHIVER_QUERY, parseArchiver),
      summarizer: major < SUMMARIZER_MAJOR
        ? known({ kind: "off" })
        : await ask("the WAL summarizer", SUMMARIZER_QUERY, parseSummarizer),
    };
  } finally {
    session.close();
  }
}

function told(
  row: StatusRow,
  role: string,
  major: number,
): Omit<ServerTold, "slots" | "senders" | "archiver" | "summarizer"> {
  return {
    kind: "told",
    role,
    major,
    systemIdentifier: BigInt.asUintN(64, row.systemIdentifier),
    startedAtMs: row.startedAtMs,
    nowMs: row.nowMs,
    isInRecovery: row.isInRecovery,
    position: row.isInRecovery ? standbyPosition(row) : primaryPosition(row),
    replayLsn: row.replayLsn,
    statisticsVisible: row.statisticsVisible,
    settings: {
      archiveMode: row.archiveMode,
      archiverKind: row.archiverKind,
      walKeepBytes: row.walKeepBytes,
      minWalBytes: row.minWalBytes,
      maxWalBytes: row.maxWalBytes,
      walInitZero: row.walInitZero,
      completionTarget: row.completionTarget,
    },
  };
}

function primaryPosition(row: StatusRow): Fact<WalPosition> {
  if (row.currentLsn === undefined || row.currentTimeline === undefined) {
    return unknown("Cannot tell the position: expected the primary's, found none");
  }
  return known({ lsn: row.currentLsn, timeline: row.currentTimeline });
}

/** What a standby has received or replayed, whichever is later; either may be missing (`wal.md` §2.1). */
function standbyPosition(row: StatusRow): Fact<WalPosition> {
  const lsn = maxLsn(row.receiveLsn ?? NO_LSN, row.replayLsn ?? NO_LSN);
  if (lsn === NO_LSN) {
    return unknown("Cannot tell the position: this standby has neither received nor replayed WAL");
  }
  const timeline = Math.max(
    row.receivedTimeline ?? 0,
    row.checkpointTimeline,
    row.recoveryTimeline,
  );
  return known({ lsn, timeline });
}
