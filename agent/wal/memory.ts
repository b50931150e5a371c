/**
 * What one look leaves for the next: without it nothing is known to have stayed the same.
 *
 * It lives as long as the process. After a restart the gate stays closed for one look (`FirstLook`).
 *
 * @module
 */

import type { Bytes } from "../../lib/units/bytes.ts";
import type { Millis } from "../../lib/units/millis.ts";
import type { Archiving, EarlierLook, LiveSlot, WalSender } from "../../lib/wal/evidence.ts";
import type { Fact } from "../../lib/wal/fact.ts";
import type { Lsn } from "../../lib/wal/lsn.ts";
import type { ServerAnswer, ServerTold } from "./ask_server.ts";
import { archivingOf } from "./archiving.ts";
import type { OperatorSeen } from "./operator_context.ts";
import { type ArchiveRate, foldArchiveRate, foldWalRate, type WalRate } from "./rates.ts";
import { believed } from "./read_control_file.ts";
import type { FilesSeen } from "./read_files.ts";

/** What a server said while it was up, for when it is down. */
export interface LastWords {
  readonly archiving: Archiving;
  readonly walKeepBytes: Bytes;
  readonly walInitZero: boolean;
  /** Absent where the role was not allowed to see them, or the answer failed. */
  readonly senders?: readonly WalSender[] | undefined;
  /** Absent where the answer failed. */
  readonly summarizer?: "on" | "off" | undefined;
}

/** What is remembered between looks. */
export interface LookMemory {
  readonly earlier?: EarlierLook | undefined;
  readonly walDirectoryId?: string | undefined;
  /** REDO before it moved the last time that somebody looked. */
  readonly previousRedo?: Lsn | undefined;
  /** The role that was let in. */
  readonly role?: string | undefined;
  readonly lastWords?: LastWords | undefined;
  /** The furthest position that the server told. */
  readonly reachedLsn?: Lsn | undefined;
  readonly walRate?: WalRate | undefined;
  readonly archiveRate?: ArchiveRate | undefined;
  /** Since when slots were seen inactive, by the server's clock; PostgreSQL 17 tells it itself. */
  readonly inactiveSince: ReadonlyMap<string, Millis>;
}

/** Nothing has been seen. */
export const NO_MEMORY: LookMemory = { inactiveSince: new Map() };

/** What a look saw. */
export interface Seen {
  readonly files: FilesSeen;
  readonly answer: ServerAnswer;
  readonly operator: Fact<OperatorSeen>;
  /** Monotonic time of the answer. */
  readonly atMs: number;
}

/** Folds a look into the memory; what it could not see is remembered from before. */
export function remember(memory: LookMemory, seen: Seen): LookMemory {
  const { files, answer } = seen;
  const kept = { ...memory, ...rememberFiles(memory, files) };
  if (answer.kind === "silent") return kept;
  const { position } = answer;
  const lsn = position.kind === "known" ? position.value.lsn : undefined;
  return {
    ...kept,
    role: answer.role,
    lastWords: lastWordsOf(answer, seen.operator, memory.lastWords),
    reachedLsn: lsn ?? memory.reachedLsn,
    walRate: lsn === undefined ? undefined : foldWalRate(memory.walRate, lsn, seen.atMs),
    archiveRate: archiveRateOf(memory, seen, answer),
    inactiveSince: inactiveSlots(memory, answer),
  };
}

function rememberFiles(memory: LookMemory, { directory, control }: FilesSeen): Partial<LookMemory> {
  const controlFile = believed(control);
  if (directory.kind === "unknown" || controlFile === undefined) return {};
  const { systemIdentifier, redo } = controlFile;
  const { earlier } = memory;
  const isOther = earlier !== undefined && earlier.systemIdentifier !== systemIdentifier;
  const hasMoved = earlier !== undefined && earlier.redo !== redo;
  const { walDirectoryId, directory: { id } } = directory.value;
  return {
    earlier: { systemIdentifier, dataDirectoryId: id, redo },
    walDirectoryId,
    previousRedo: isOther ? undefined : (hasMoved ? earlier.redo : memory.previousRedo),
    ...isOther ? { lastWords: undefined, reachedLsn: undefined } : {},
  };
}

function lastWordsOf(
  told: ServerTold,
  operator: Fact<OperatorSeen>,
  before: LastWords | undefined,
): LastWords {
  const { settings, senders, statisticsVisible, summarizer } = told;
  return {
    archiving: archivingOf(settings, operator),
    walKeepBytes: settings.walKeepBytes,
    walInitZero: settings.walInitZero,
    senders: senders.kind === "known" && statisticsVisible ? senders.value : before?.senders,
    summarizer: summarizer.kind === "known" ? summarizer.value.kind : before?.summarizer,
  };
}

function archiveRateOf(
  { archiveRate }: LookMemory,
  { files, atMs }: Seen,
  { archiver }: ServerTold,
): ArchiveRate | undefined {
  if (archiver.kind === "unknown" || files.listing.kind === "unknown") return archiveRate;
  return foldArchiveRate(archiveRate, archiver.value, files.listing.value.segmentSize, atMs);
}

function inactiveSlots(
  memory: LookMemory,
  { slots, nowMs }: ServerTold,
): LookMemory["inactiveSince"] {
  if (slots.kind === "unknown") return memory.inactiveSince;
  const inactive = slots.value.filter((slot: LiveSlot) => !slot.active);
  return new Map(inactive.map(({ name }) => [name, memory.inactiveSince.get(name) ?? nowMs]));
}
