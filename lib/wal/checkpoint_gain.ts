/**
 * What a CHECKPOINT would gain: old segments that become room to write (`wal.md` §7.1).
 *
 * @module
 */

import { type Bytes, bytes } from "../units/bytes.ts";
import { archiveStatusOf } from "./archive_status.ts";
import { summarizerHolds, walKeepSizeHolds } from "./constraints.ts";
import { ALL_MARGINS } from "./evidence.ts";
import type { Ground } from "./ground.ts";
import { type ConstraintFindings, mergeFindings } from "./hold.ts";
import type { SegmentFile } from "./listing.ts";
import type { Lsn } from "./lsn.ts";
import type { WalRefusal } from "./reasons.ts";
import { minSegment, type SegmentNumber, segmentOf, segmentsBytes } from "./segment.ts";
import { senderHolds } from "./sender_constraint.ts";
import { slotHolds } from "./slot_constraint.ts";

/** The gain in headroom; `df` may show nothing of it. */
export type CheckpointGain =
  | { readonly kind: "known"; readonly segments: number; readonly gainedBytes: Bytes }
  | { readonly kind: "unknown"; readonly refusals: readonly WalRefusal[] };

/**
 * What a checkpoint whose REDO is `newRedo` would gain: on a primary that is the present position, on a standby
 * the REDO of the primary's checkpoint that was replayed.
 */
export function checkpointGain(ground: Ground, newRedo: Lsn): CheckpointGain {
  const findings = mergeFindings([serverHolds(ground), senderHolds(ground)]);
  if (findings.refusals.length > 0) return { kind: "unknown", refusals: findings.refusals };
  const limit = oldestOf(findings, segmentOf(newRedo, ground.control.segmentSize));
  const freed = ground.listing.segments
    .filter((file) => file.segment.number < limit && isLetGo(file, ground)).length;
  return {
    kind: "known",
    segments: freed,
    gainedBytes: freed === 0 ? bytes(0) : segmentsBytes(freed, ground.control.segmentSize),
  };
}

/**
 * From which segment on the server itself keeps WAL at such a checkpoint. It does not look at standbys without
 * a slot (`wal.md` §1.1).
 */
export function serverLimit(ground: Ground, newRedo: Lsn): SegmentNumber {
  return oldestOf(serverHolds(ground), segmentOf(newRedo, ground.control.segmentSize));
}

function serverHolds(ground: Ground): ConstraintFindings {
  return mergeFindings([
    slotHolds(ground),
    walKeepSizeHolds(ground, ALL_MARGINS),
    summarizerHolds(ground),
  ]);
}

function oldestOf({ holds }: ConstraintFindings, limit: SegmentNumber): SegmentNumber {
  return holds.map(({ segment }) => segment).reduce(minSegment, limit);
}

/**
 * Whether the server lets go of a file as far as archiving is concerned: it asks of each file by itself, and
 * believes every `.done`.
 */
function isLetGo({ name }: SegmentFile, { listing, role, archiving }: Ground): boolean {
  const status = archiveStatusOf(name, listing.statuses);
  if (status === "ready") return false;
  const asksForDone = archiving.mode === "always" ||
    (archiving.mode === "on" && role === "primary");
  return status === "done" || !asksForDone;
}
