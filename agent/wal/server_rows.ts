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
  versionNumber: z.int(),
  systemIdentifier: Bigint,
  startedAtMs: Instant,
  nowMs: Instant,
  isInRecovery: z.boolean(),
  currentLsn: orAbsent(LsnText),
  currentTimeline: orAbsent(TimelineText),
  receiveLsn: orAbsent(LsnText),
  replayLsn: orAbsent(LsnText),
  receivedTimeline: orAbsent(Timeline),
  checkpointTimeline: Timeline,
  recoveryTimeline: z.int().min(0),
  statisticsVisible: z.boolean(),
  archiveMode: z.enum(["off", "on", "always"]),
  archiverKind: z.enum(["operator", "own", "none"]),
  walKeepBytes: Size,
  minWalBytes: Size,
  maxWalBytes: Size,
  walInitZero: z.boolean(),
  completionTarget: z.number(),
});

/** The answer to {@link STATUS_QUERY}, in the words of its columns. */
export type StatusRow = z.output<typeof Status>;

const Slot = z.object({
  name: z.string(),
  type: z.enum(["physical", "logical"]),
  active: z.boolean(),
  temporary: z.boolean(),
  restartLsn: orAbsent(LsnText),
  walStatus: orAbsent(z.string()),
  safeWalBytes: orAbsent(Bigint),
  invalidationReason: orAbsent(z.string()),
  inactiveSinceMs: orAbsent(Instant),
  idleTimeoutPassed: z.boolean(),
});

const Sender = z.object({
  pid: z.int(),
  applicationName: orAbsent(z.string()),
  state: orAbsent(z.string()),
  sentLsn: orAbsent(LsnText),
  writeLsn: orAbsent(LsnText),
  flushLsn: orAbsent(LsnText),
  replayLsn: orAbsent(LsnText),
  usesSlot: z.boolean(),
  backendStartMs: orAbsent(Instant),
});

const Archiver = z.object({
  archivedCount: Count,
  failedCount: Count,
  /** The last file, which proves nothing about those before it (`wal.md` §2.2). */
  lastArchivedFile: orAbsent(z.string()),
  lastFailedFile: orAbsent(z.string()),
  lastArchivedAgeMs: orAbsent(Age),
  lastFailedAgeMs: orAbsent(Age),
  /** When the counts began; they mean nothing across a change of it. */
  resetAtMs: z.number(),
});

const SummarizerState = z.object({ isOn: z.boolean(), summarizedLsn: LsnText });

/** `pg_stat_archiver`, with ages by the server's clock. */
export type ArchiverStatistics = z.output<typeof Archiver>;

/** Reads the answer to {@link STATUS_QUERY}. Throws where it is another. */
export function parseStatus(rows: readonly Row[]): StatusRow {
  return Status.parse(rows[0]);
}

/** Reads the slots. Throws where a row is another, or there are too many. */
export function parseSlots(rows: readonly Row[]): LiveSlot[] {
  return atMost(rows).map((row) => Slot.parse(row));
}

/** Reads the walsenders. Throws where a row is another, or there are too many. */
export function parseSenders(rows: readonly Row[]): WalSender[] {
  return atMost(rows).map((row) => Sender.parse(row));
}

/** Reads `pg_stat_archiver`. Throws where the row is another. */
export function parseArchiver(rows: readonly Row[]): ArchiverStatistics {
  return Archiver.parse(rows[0]);
}

/** Reads the state of the summarizer. Throws where the row is another. */
export function parseSummarizer(rows: readonly Row[]): Summarizer {
  const state = SummarizerState.parse(rows[0]);
  return state.isOn ? { kind: "on", summarizedLsn: state.summarizedLsn } : { kind: "off" };
}

function orAbsent<Schema extends z.ZodType>(
  schema: Schema,
): z.ZodType<z.output<Schema> | undefined> {
  return schema.nullable().transform((value) => value ?? undefined);
}

function atMost(rows: readonly Row[]): readonly Row[] {
  if (rows.length <= ROWS_MAX) return rows;
  throw new RangeError(`expected at most ${ROWS_MAX} rows, found more`);
}
