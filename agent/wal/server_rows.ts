/**
 * Parses what a server answers to {@link STATUS_QUERY} and its companions.
 *
 * @module
 */

import * as z from "zod";
import { type Bytes, bytes } from "../../lib/units/bytes.ts";
import { type Millis, millis } from "../../lib/units/millis.ts";
import type { LiveSlot, Summarizer, WalSender } from "../../lib/wal/evidence.ts";
import { type Lsn, parseLsn } from "../../lib/wal/lsn.ts";
import type { Row } from "./database.ts";
import { ROWS_MAX } from "./server_queries.ts";

/** Who archives: CloudNativePG's manager, a command or library of somebody's own, or nobody. */
export type ArchiverKind = "operator" | "own" | "none";

const LsnText = z.string().transform((text, context): Lsn => {
  const position = parseLsn(text);
  if (position !== undefined) return position;
  context.addIssue({ code: "custom", message: `expected an LSN, found ${text}` });
  return z.NEVER;
});
const Timeline = z.int().min(1);
const TimelineText = z.string().regex(/^[0-9A-F]{8}$/).transform((text) =>
  Number.parseInt(text, 16)
);
const Instant = z.number().transform((value): Millis => millis(value));
/** A clock that was set back makes an age negative. */
const Age = z.number().transform((value): Millis => millis(Math.max(value, 0)));
const Size = z.number().transform((value): Bytes => bytes(Math.max(value, 0)));
const Count = z.number().min(0);
const Bigint = z.string().regex(/^-?\d{1,20}$/).transform((text) => BigInt(text));

const Status = z.object({
  version_number: z.int(),
  system_identifier: Bigint,
  started_at_ms: Instant,
  now_ms: Instant,
  is_in_recovery: z.boolean(),
  current_lsn: LsnText.nullable(),
  current_timeline: TimelineText.nullable(),
  receive_lsn: LsnText.nullable(),
  replay_lsn: LsnText.nullable(),
  received_timeline: Timeline.nullable(),
  checkpoint_timeline: Timeline,
  recovery_timeline: z.int().min(0),
  statistics_visible: z.boolean(),
  archive_mode: z.enum(["off", "on", "always"]),
  archiver_kind: z.enum(["operator", "own", "none"]),
  wal_keep_bytes: Size,
  min_wal_bytes: Size,
  max_wal_bytes: Size,
  wal_init_zero: z.boolean(),
  completion_target: z.number(),
});

/** The answer to {@link STATUS_QUERY}, in the words of its columns. */
export type StatusRow = z.output<typeof Status>;

const Slot = z.object({
  name: z.string(),
  type: z.enum(["physical", "logical"]),
  active: z.boolean(),
  temporary: z.boolean(),
  restart_lsn: LsnText.nullable(),
  wal_status: z.string().nullable(),
  safe_wal_bytes: Bigint.nullable(),
  invalidation_reason: z.string().nullable(),
  inactive_since_ms: Instant.nullable(),
  idle_timeout_passed: z.boolean(),
});

const Sender = z.object({
  pid: z.int(),
  application_name: z.string().nullable(),
  state: z.string().nullable(),
  sent_lsn: LsnText.nullable(),
  write_lsn: LsnText.nullable(),
  flush_lsn: LsnText.nullable(),
  replay_lsn: LsnText.nullable(),
  uses_slot: z.boolean(),
  backend_start_ms: Instant.nullable(),
});

const Archiver = z.object({
  archived_count: Count,
  failed_count: Count,
  last_archived_file: z.string().nullable(),
  last_failed_file: z.string().nullable(),
  last_archived_age_ms: Age.nullable(),
  last_failed_age_ms: Age.nullable(),
  reset_at_ms: z.number(),
});

const SummarizerState = z.object({ is_on: z.boolean(), summarized_lsn: LsnText });

/** `pg_stat_archiver`, with ages by the server's clock. */
export interface ArchiverStatistics {
  readonly archivedCount: number;
  readonly failedCount: number;
  /** The last file, which proves nothing about those before it (`wal.md` §2.2). */
  readonly lastArchivedFile?: string | undefined;
  readonly lastFailedFile?: string | undefined;
  readonly lastArchivedAgeMs?: Millis | undefined;
  readonly lastFailedAgeMs?: Millis | undefined;
  /** When the counts began; they mean nothing across a change of it. */
  readonly resetAtMs: number;
}

/** Reads the answer to {@link STATUS_QUERY}. Throws where it is another. */
export function parseStatus(rows: readonly Row[]): StatusRow {
  return Status.parse(rows[0]);
}

/** Reads the slots. Throws where a row is another, or there are too many. */
export function parseSlots(rows: readonly Row[]): LiveSlot[] {
  return atMost(rows).map((row) => {
    const slot = Slot.parse(row);
    return {
      name: slot.name,
      type: slot.type,
      active: slot.active,
      temporary: slot.temporary,
      restartLsn: slot.restart_lsn ?? undefined,
      walStatus: slot.wal_status ?? undefined,
      safeWalBytes: slot.safe_wal_bytes ?? undefined,
      invalidationReason: slot.invalidation_reason ?? undefined,
      inactiveSinceMs: slot.inactive_since_ms ?? undefined,
      idleTimeoutPassed: slot.idle_timeout_passed,
    };
  });
}

/** Reads the walsenders. Throws where a row is another, or there are too many. */
export function parseSenders(rows: readonly Row[]): WalSender[] {
  return atMost(rows).map((row) => {
    const sender = Sender.parse(row);
    return {
      pid: sender.pid,
      applicationName: sender.application_name ?? undefined,
      state: sender.state ?? undefined,
      sentLsn: sender.sent_lsn ?? undefined,
      writeLsn: sender.write_lsn ?? undefined,
      flushLsn: sender.flush_lsn ?? undefined,
      replayLsn: sender.replay_lsn ?? undefined,
      usesSlot: sender.uses_slot,
      backendStartMs: sender.backend_start_ms ?? undefined,
    };
  });
}

/** Reads `pg_stat_archiver`. Throws where the row is another. */
export function parseArchiver(rows: readonly Row[]): ArchiverStatistics {
  const row = Archiver.parse(rows[0]);
  return {
    archivedCount: row.archived_count,
    failedCount: row.failed_count,
    lastArchivedFile: row.last_archived_file ?? undefined,
    lastFailedFile: row.last_failed_file ?? undefined,
    lastArchivedAgeMs: row.last_archived_age_ms ?? undefined,
    lastFailedAgeMs: row.last_failed_age_ms ?? undefined,
    resetAtMs: row.reset_at_ms,
  };
}

/** Reads the state of the summarizer. Throws where the row is another. */
export function parseSummarizer(rows: readonly Row[]): Summarizer {
  const state = SummarizerState.parse(rows[0]);
  return state.is_on ? { kind: "on", summarizedLsn: state.summarized_lsn } : { kind: "off" };
}

function atMost(rows: readonly Row[]): readonly Row[] {
  if (rows.length <= ROWS_MAX) return rows;
  throw new RangeError(`expected at most ${ROWS_MAX} rows, found more`);
}
