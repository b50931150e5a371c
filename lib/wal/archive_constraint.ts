/**
 * C6: the first segment that is not proven archived (`wal.md` §2.2).
 *
 * @module
 */

import { type ArchiveStatus, archiveStatusOf } from "./archive_status.ts";
import { currentTimeline, type Ground } from "./ground.ts";
import { type ConstraintFindings, held, type WalHold } from "./hold.ts";
import type { SegmentFile } from "./listing.ts";
import type { WalReason } from "./reasons.ts";
import { type SegmentNumber, segmentOf } from "./segment.ts";
import { classifyWalFile } from "./wal_file.ts";

/**
 * What archiving holds. A file that waits (`.ready`) holds WAL in every role and mode, and even where its
 * segment is gone; what is demanded of the others depends on the role.
 */
export function archiveHolds(ground: Ground): ConstraintFindings {
  const { listing, control } = ground;
  const redo = segmentOf(control.redo, control.segmentSize);
  const timeline = currentTimeline(ground);
  const doubted = listing.segments
    .filter(({ segment }) => segment.number < redo)
    .map((file) => ({ file, reason: doubtOf(file, timeline, ground) }));
  const holds = [
    oldest(waiting(ground), "NotArchived", ground),
    oldest(filesWith(doubted, "ArchiveStatusMissing"), "ArchiveStatusMissing"),
    oldest(filesWith(doubted, "ArchiveUnproven"), "ArchiveUnproven"),
    // pg_archivecleanup would remove it, and the formula never does.
    oldest(listing.partials, "PartialSegment"),
  ];
  return held(...holds.filter((hold) => hold !== undefined));
}

/** Why a file that does not wait is still not proven archived. */
function doubtOf(file: SegmentFile, timeline: number, ground: Ground): WalReason | undefined {
  if (!demandsProof(ground)) return undefined;
  const status: ArchiveStatus = archiveStatusOf(file.name, ground.listing.statuses);
  switch (status) {
    case "ready":
      return undefined; // Counted among those that wait.
    case "none":
      return "ArchiveStatusMissing";
    case "done":
      return isForced(file, timeline, ground) ? "ArchiveUnproven" : undefined;
  }
}

/** A standby ignores the statuses unless it archives too; files alone are judged more strictly. */
function demandsProof({ server, role, archiving }: Ground): boolean {
  if (archiving.mode === "off") return false;
  return server === "down" || role === "primary" || archiving.mode === "always";
}

/** A standby marks what it receives as done; once promoted, such a mark says nothing (`wal.md` §1.3). */
function isForced(file: SegmentFile, timeline: number, { role, evidence }: Ground): boolean {
  return role === "primary" && file.segment.timeline < timeline &&
    !evidence.confirmedArchived.has(file.name);
}

function waiting({ listing }: Ground): SegmentFile[] {
  return [...listing.statuses.ready].flatMap((name) => {
    const file = classifyWalFile(name, listing.segmentSize);
    return file.kind === "segment" || file.kind === "partial"
      ? [{ name, segment: file.segment }]
      : [];
  });
}

function filesWith(
  doubted: readonly { readonly file: SegmentFile; readonly reason: WalReason | undefined }[],
  reason: WalReason,
): SegmentFile[] {
  return doubted.filter((doubt) => doubt.reason === reason).map(({ file }) => file);
}

function oldest(
  files: readonly SegmentFile[],
  reason: WalReason,
  ground?: Ground,
): WalHold | undefined {
  const [first, ...rest] = files;
  if (first === undefined) return undefined;
  const oldestFile = rest.reduce(
    (best, file) => file.segment.number < best.segment.number ? file : best,
    first,
  );
  const segment: SegmentNumber = oldestFile.segment.number;
  return {
    constraint: "C6",
    reason,
    segment,
    who: oldestFile.name,
    files: files.length,
    sinceMs: ground?.evidence.oldestReadyAtMs,
  };
}
