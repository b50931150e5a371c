/**
 * What came of a removal, for the record (`wal.md` §10 F).
 *
 * @module
 */

import { type Bytes, bytes } from "../../lib/units/bytes.ts";
import type { Fact } from "../../lib/wal/fact.ts";
import type { Lsn } from "../../lib/wal/lsn.ts";
import type { WalRefusal } from "../../lib/wal/reasons.ts";
import { segmentsBytes, type SegmentSize } from "../../lib/wal/segment.ts";

/** One run of `pg_archivecleanup` and what a new listing said afterwards. */
export interface CleanupRun {
  readonly redo: Lsn;
  /** The oldest segment that was to stay. */
  readonly cutOffName: string;
  readonly segmentSize: SegmentSize;
  readonly removedNames: readonly string[];
  readonly leftNames: readonly string[];
  /** `.done` files that went with their segments, or were left behind by an earlier run. */
  readonly statusesRemoved: Fact<number>;
  /** Segments at or after the cut-off that were there before and are gone, and are needed: none, ever. */
  readonly missedNames: Fact<readonly string[]>;
  /** How the program ended; its exit code proves nothing (`wal.md` W19). */
  readonly program: string;
}

/** What came of a removal. */
export type CleanupResult =
  /** Every victim is gone; what an earlier run left may be needed by now, and is no victim then. */
  | {
    readonly kind: "removed";
    readonly runs: readonly CleanupRun[];
    readonly freedBytes: Bytes;
  }
  /** Nothing was begun. */
  | { readonly kind: "refused"; readonly refusals: readonly WalRefusal[] }
  /** Something was begun and not finished, or cannot be seen; `runs` says what went all the same. */
  | {
    readonly kind: "failed";
    readonly message: string;
    readonly runs: readonly CleanupRun[];
    readonly freedBytes: Bytes;
  };

/** The size of what went; at most, because a checkpoint may have renamed some of it for later. */
export function freedBy(runs: readonly CleanupRun[]): Bytes {
  return bytes(runs.reduce(
    (sum, { removedNames, segmentSize }) => sum + segmentsBytes(removedNames.length, segmentSize),
    0,
  ));
}

/** Every victim is gone. */
export function removedBy(runs: readonly CleanupRun[]): CleanupResult {
  return { kind: "removed", runs, freedBytes: freedBy(runs) };
}

/**
 * Nothing was begun, or what was begun may not go on.
 *
 * @param leftNames What the last run left that is there even now. Where there is none, a checkpoint has removed
 * the rest, and all is well.
 */
export function stoppedBy(
  runs: readonly CleanupRun[],
  refusals: readonly WalRefusal[],
  leftNames: readonly string[],
): CleanupResult {
  if (runs.length === 0) return { kind: "refused", refusals };
  if (leftNames.length === 0) return removedBy(runs);
  const words = refusals.map(({ reason, message }) => `${reason}: ${message}`).join("; ");
  return failedAfter(runs, `Cannot remove ${leftNames.join()} any more: ${words}`);
}

/** It was begun and not finished. */
export function failedAfter(runs: readonly CleanupRun[], message: string): CleanupResult {
  return { kind: "failed", message, runs, freedBytes: freedBy(runs) };
}
