/**
 * The picture of an instance's WAL: what a look came to, for people and for other programs.
 *
 * Positions are written as PostgreSQL writes them, identifiers as digits, sizes in bytes, spans of time in
 * milliseconds. What is not known says why.
 *
 * @module
 */

import * as z from "zod";
import { REMEDIES } from "../../lib/wal/remedies.ts";
import { WAL_REASONS } from "../../lib/wal/reasons.ts";

/** The version of the format; fields may be added to it without a new one. */
export const PICTURE_FORMAT = 1;

const Bytes = z.number().min(0);
const Millis = z.number().min(0);
const Count = z.int().min(0);
const Reason = z.enum(Object.keys(WAL_REASONS));
const Remedy = z.enum(Object.keys(REMEDIES));
const Unknown = z.object({ kind: z.literal("unknown"), message: z.string() });

const Refusal = z.object({
  reason: Reason.describe("a word of lib/wal/reasons.ts"),
  message: z.string(),
});

const Server = z.object({
  state: z.enum(["up", "down", "unknown"]),
  role: z.enum(["primary", "standby", "recovering", "unknown"]),
  major: z.int().optional().describe("from PG_VERSION"),
  message: z.string().optional().describe("why the server could not be asked"),
});

const Redo = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("known"),
    lsn: z.string(),
    file: z.string().describe("the segment in which a recovery would start"),
    checkpointAgeMs: Millis,
  }),
  Unknown,
]);

const Position = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("known"), lsn: z.string(), timeline: z.int(), file: z.string() }),
  Unknown,
]);

const Headroom = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("known"),
    availableBytes: Bytes.describe("free on the file system, as an unprivileged user sees it"),
    leastBytes: Bytes.describe("what can certainly be written"),
    mostBytes: Bytes.describe("what can be written at most; the same where the position is known"),
  }),
  Unknown,
]);

const Holder = z.object({
  constraint: z.enum(["C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8"]),
  reason: Reason,
  who: z.string().optional().describe("which slot, standby or file"),
  oldestFile: z.string().describe("the oldest segment that has to stay for it"),
  bytesHeld: Bytes.describe("from there to the segment that is written now"),
  shareBytes: Bytes.describe("what would go if it alone let go"),
  ageMs: Millis.optional().describe("for how long, where that is known"),
  files: Count.optional(),
  remedy: Remedy,
  advice: z.string(),
});

const Limit = z.object({
  file: z.string().describe("everything before it is needed by nothing that is known"),
  setBy: z.array(z.object({
    constraint: Holder.shape.constraint,
    reason: Reason,
    who: z.string().optional(),
  })),
});

const CutOff = z.discriminatedUnion("kind", [
  Limit.extend({ kind: z.literal("known") }),
  Unknown.extend({
    reasons: z.array(Reason),
    noLaterThan: Limit.optional().describe("what is unknown can only make it an older one"),
  }),
]);

const Victims = z.object({
  count: Count,
  freedBytes: Bytes,
  names: z.array(z.string()).describe("the oldest of them"),
});

const Archiver = z.object({
  mode: z.enum(["off", "on", "always", "unknown"]),
  isStored: z.boolean().describe("whether what is archived is proven to be stored"),
  waitingFiles: Count.optional(),
  backlogBytes: Bytes.optional(),
  oldestWaitingAgeMs: Millis.optional(),
  isFailing: z.boolean().optional().describe("the last attempt failed"),
  failedCount: Count.optional(),
  lastFailedFile: z.string().optional(),
  lastFailedAgeMs: Millis.optional(),
  lastArchivedFile: z.string().optional(),
  lastArchivedAgeMs: Millis.optional(),
});

const Checkpoint = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("known"), segments: Count, gainedBytes: Bytes }),
  Unknown,
]);

const Counts = z.object({
  segments: Count,
  partials: Count,
  later: Count.optional().describe("segments after the present one, made or renamed for later"),
  ready: Count,
  done: Count,
});

/** The shape of a picture. */
export const WalPictureSchema = z.object({
  format: z.literal(PICTURE_FORMAT),
  pgdata: z.string(),
  walDirectory: z.string().optional().describe("pg_wal, links followed"),
  systemIdentifier: z.string().optional(),
  segmentBytes: Bytes.optional(),
  server: Server,
  redo: Redo,
  position: Position,
  headroom: Headroom,
  counts: Counts.optional(),
  holders: z.array(Holder),
  unknownHolders: z.array(Refusal).describe("what could not be asked whether it holds WAL"),
  cutOff: CutOff,
  victims: Victims,
  refusals: z.array(Refusal).describe("why nothing is removed; empty where something may be"),
  archiver: Archiver,
  checkpoint: Checkpoint.describe("what a checkpoint now would turn into headroom"),
  rates: z.object({
    walBytesPerSecond: z.number().min(0).optional(),
    archivedBytesPerSecond: z.number().min(0).optional(),
  }),
  costMs: Millis.describe("how long the look took"),
});

/** What a look came to. */
export type WalPicture = z.output<typeof WalPictureSchema>;

/** Up to where WAL could be removed, and what set it. */
export type CutOffLimit = z.output<typeof Limit>;
