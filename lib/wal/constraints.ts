/**
 * The terms C1 to C8 of the cut-off formula (`wal.md` §2.1), each by itself.
 *
 * @module
 */

import { archiveHolds } from "./archive_constraint.ts";
import type { Margins } from "./evidence.ts";
import { known } from "./fact.ts";
import { type Ground, isWithoutArchive, reachedByControl } from "./ground.ts";
import { type ConstraintFindings, held, mergeFindings, NOTHING_HELD, refused } from "./hold.ts";
import { segmentBefore, segmentOf } from "./segment.ts";
import { senderHolds } from "./sender_constraint.ts";
import { slotHolds } from "./slot_constraint.ts";

/** One term: what it holds, or why it cannot say. */
export type ConstraintTerm = (ground: Ground, margins: Margins) => ConstraintFindings;

/** The formula's terms in their order. */
export const CONSTRAINT_TERMS: readonly ConstraintTerm[] = [
  recoveryHolds, // C1
  backupLabelHolds, // C2
  slotHolds, // C3
  senderHolds, // C4
  walKeepSizeHolds, // C5
  archiveHolds, // C6
  summarizerHolds, // C7
  rewindMarginHolds, // C8
];

/** All that the formula's terms say. */
export function findHolds(ground: Ground, margins: Margins): ConstraintFindings {
  return mergeFindings(CONSTRAINT_TERMS.map((term) => term(ground, margins)));
}

/** C1: recovery starts at REDO, on a standby at the last restartpoint's. Applies always. */
export function recoveryHolds({ control }: Ground): ConstraintFindings {
  return held({
    constraint: "C1",
    reason: "RecoveryNeedsWal",
    segment: segmentOf(control.redo, control.segmentSize),
    sinceMs: control.checkpointAtMs,
  });
}

/** C2: with a backup_label, recovery starts there; the gate refuses besides. */
export function backupLabelHolds({ evidence, control }: Ground): ConstraintFindings {
  const { backupLabel } = evidence;
  if (backupLabel.kind === "unknown") return refused("BackupLabelUnknown", backupLabel.message);
  const label = backupLabel.value;
  switch (label.kind) {
    case "absent":
      return NOTHING_HELD;
    case "unreadable":
      return refused("BackupLabelUnknown", label.message);
    case "present":
      return held({
        constraint: "C2",
        reason: "BackupLabelHoldsWal",
        segment: segmentOf(label.startWal, control.segmentSize),
      });
  }
}

/** C5: `wal_keep_size`, unless a policy gives it up and an archive stands in for it. */
export function walKeepSizeHolds(ground: Ground, margins: Margins): ConstraintFindings {
  const { evidence, server, control, archiving } = ground;
  if (margins.walKeepSize === "giveUp" && !isWithoutArchive(archiving)) return NOTHING_HELD;
  const { walKeepBytes } = evidence;
  const position = server === "up"
    ? evidence.position
    : known({ lsn: reachedByControl(control), timeline: control.timeline });
  if (walKeepBytes.kind === "unknown") return refused("SettingUnknown", walKeepBytes.message);
  if (position.kind === "unknown") return refused("PositionUnknown", position.message);
  if (walKeepBytes.value === 0) return NOTHING_HELD;
  const kept = Math.ceil(walKeepBytes.value / control.segmentSize);
  return held({
    constraint: "C5",
    reason: "WalKeepSizeHoldsWal",
    segment: segmentBefore(segmentOf(position.value.lsn, control.segmentSize), kept),
  });
}

/** C7: the WAL summarizer, which exists since PostgreSQL 17. */
export function summarizerHolds({ evidence, control }: Ground): ConstraintFindings {
  if (control.majors.every((major) => major < 17)) return NOTHING_HELD;
  const { summarizer } = evidence;
  if (summarizer.kind === "unknown") return refused("SummarizerUnknown", summarizer.message);
  if (summarizer.value.kind === "off") return NOTHING_HELD;
  return held({
    constraint: "C7",
    reason: "SummarizerNeedsWal",
    segment: segmentOf(summarizer.value.summarizedLsn, control.segmentSize),
  });
}

/**
 * C8: back to the checkpoint before the last, for pg_rewind. Of a server that is down nobody may have seen
 * that one; an archive stands in for it (`wal.md` §2.3).
 */
export function rewindMarginHolds(ground: Ground, margins: Margins): ConstraintFindings {
  const { evidence, server, control, archiving } = ground;
  if (!isWithoutArchive(archiving)) {
    if (server === "down" || margins.rewind === "giveUp") return NOTHING_HELD;
  }
  const { previousRedo } = evidence;
  if (previousRedo.kind === "unknown") {
    return refused("PreviousCheckpointUnknown", previousRedo.message);
  }
  return held({
    constraint: "C8",
    reason: "RewindMargin",
    segment: segmentOf(previousRedo.value, control.segmentSize),
  });
}
