/**
 * Replication slots as they lie on disk, `pg_replslot/NAME/state`, for PostgreSQL 13 to 18 (upstream
 * `src/backend/replication/slot.c` and `slot.h`; `wal.md` §2.3).
 *
 * A slot in memory can be far ahead of the one on disk, and after a crash only the latter is left.
 *
 * @module
 */

import { crc32c } from "./crc32c.ts";
import { type Lsn, lsn, NO_LSN } from "./lsn.ts";
import type { WalRefusal } from "./reasons.ts";

/** How long a slot lives. */
export type SlotPersistency = "persistent" | "ephemeral" | "temporary";

/** What a slot's file says. */
export interface SlotState {
  readonly name: string;
  readonly type: "physical" | "logical";
  readonly persistency: SlotPersistency;
  /** Absent where the slot has reserved no WAL. */
  readonly restartLsn?: Lsn | undefined;
  /** An invalidated slot holds nothing and never will again. */
  readonly invalidated: boolean;
}

/** A slot's file, or why it must not be believed. */
export type SlotStateReading =
  | { readonly kind: "known"; readonly value: SlotState }
  | { readonly kind: "refused"; readonly refusal: WalRefusal };

/** One version of the format. */
interface SlotLayout {
  readonly version: number;
  /** Sizes of the part that the version determines, by major where they differ. */
  readonly lengths: readonly number[];
  /** Until 15 the position at which the slot was invalidated, since 16 the cause. */
  readonly invalidation: "position" | "cause";
}

const LAYOUTS: readonly SlotLayout[] = [
  { version: 2, lengths: [168, 184], invalidation: "position" }, // PostgreSQL 13; 14 and 15
  { version: 3, lengths: [184], invalidation: "cause" }, // 16
  { version: 5, lengths: [184], invalidation: "cause" }, // 17 and 18
];

const MAGIC = 0x1051CA1;
const PREFIX_BYTES = 16;

const OFFSETS = {
  magic: 0,
  crc: 4,
  version: 8,
  length: 12,
  name: 16,
  database: 80,
  persistency: 84,
  restartLsn: 96,
  invalidation: 104,
} as const;

const NAME_BYTES = 64;
const PERSISTENCIES: readonly SlotPersistency[] = ["persistent", "ephemeral", "temporary"];

/** Causes that 16 counts up to 3 and 18 writes as bits; each says that the slot holds nothing. */
const CAUSES = new Set([1, 2, 3, 4, 8]);
const NO_CAUSE = 0;

/**
 * Whether PostgreSQL throws a directory of `pg_replslot` away when it starts: a slot that is being made or
 * dropped, which holds nothing.
 */
export function isTransientSlotDirectory(name: string): boolean {
  return name.endsWith(".tmp");
}

/** Reads `pg_replslot/<directory>/state`; the slot has to be that of its directory. */
export function readSlotState(directory: string, content: Uint8Array): SlotStateReading {
  if (content.length < PREFIX_BYTES) {
    return refuse(directory, `expected at least ${PREFIX_BYTES} bytes, found ${content.length}`);
  }
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const magic = view.getUint32(OFFSETS.magic, true);
  if (magic !== MAGIC) {
    return refuse(directory, `expected magic ${MAGIC}, found ${magic}`);
  }
  const version = view.getUint32(OFFSETS.version, true);
  const layout = LAYOUTS.find((candidate) => candidate.version === version);
  if (layout === undefined) return refuse(directory, `found version ${version}, which is unknown`);
  const length = view.getUint32(OFFSETS.length, true);
  if (!layout.lengths.includes(length) || content.length !== PREFIX_BYTES + length) {
    return refuse(directory, `found ${content.length} bytes that call themselves ${length}`);
  }
  const computed = crc32c(content.subarray(OFFSETS.version));
  const stored = view.getUint32(OFFSETS.crc, true);
  if (computed !== stored) {
    return refuse(directory, `expected checksum ${computed}, found ${stored}`);
  }
  return decode(directory, view, content, layout);
}

function decode(
  directory: string,
  view: DataView,
  content: Uint8Array,
  layout: SlotLayout,
): SlotStateReading {
  const name = decodeName(content);
  if (name !== directory) return refuse(directory, `found a slot named ${JSON.stringify(name)}`);
  const persistency = PERSISTENCIES[view.getInt32(OFFSETS.persistency, true)];
  if (persistency === undefined) return refuse(directory, "found an unknown persistency");
  const restartLsn = lsn(view.getBigUint64(OFFSETS.restartLsn, true));
  const invalidated = isInvalidated(view, layout, restartLsn);
  if (invalidated === undefined) return refuse(directory, "found an unknown cause of invalidation");
  return {
    kind: "known",
    value: {
      name,
      type: view.getUint32(OFFSETS.database, true) === 0 ? "physical" : "logical",
      persistency,
      restartLsn: restartLsn === NO_LSN ? undefined : restartLsn,
      invalidated,
    },
  };
}

function isInvalidated(
  view: DataView,
  layout: SlotLayout,
  restartLsn: Lsn,
): boolean | undefined {
  if (layout.invalidation === "position") {
    // Until 15 the server looks at restart_lsn alone: a slot that has one holds WAL, whatever befell it.
    return view.getBigUint64(OFFSETS.invalidation, true) !== 0n && restartLsn === NO_LSN;
  }
  const cause = view.getInt32(OFFSETS.invalidation, true);
  if (cause === NO_CAUSE) return false;
  return CAUSES.has(cause) ? true : undefined;
}

function decodeName(content: Uint8Array): string {
  const bytes = content.subarray(OFFSETS.name, OFFSETS.name + NAME_BYTES);
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end === -1 ? bytes : bytes.subarray(0, end));
}

function refuse(directory: string, detail: string): SlotStateReading {
  return {
    kind: "refused",
    refusal: {
      reason: "SlotFileUnreadable",
      message: `Cannot believe the file of replication slot ${directory}: ${detail}`,
    },
  };
}
