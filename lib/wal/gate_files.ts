/**
 * The gate's checks of files: what is believed, and what has to be there (`wal.md` §10 B).
 *
 * @module
 */

import type { ControlFile } from "./control_file.ts";
import type { WalEvidence } from "./evidence.ts";
import { formatLsn } from "./lsn.ts";
import { refusal, type WalRefusal } from "./reasons.ts";
import { type SegmentNumber, segmentOf } from "./segment.ts";

/** pg_control is readable, of a known version, and undamaged. */
export function controlFileIsBelievable({ control }: WalEvidence): WalRefusal | undefined {
  if (control.kind === "unknown") return refusal("ControlFileUnknown", control.message);
  return control.value.kind === "refused" ? control.value.refusal : undefined;
}

/** pg_control has the format of the major in `PG_VERSION`. */
export function controlFileFitsMajor(evidence: WalEvidence): WalRefusal | undefined {
  const { dataDirectory } = evidence;
  const control = believedControl(evidence);
  if (dataDirectory.kind === "unknown") {
    return refusal("ControlFileOfOtherMajor", dataDirectory.message);
  }
  const { major } = dataDirectory.value;
  if (control === undefined || control.majors.includes(major)) return undefined;
  return refusal(
    "ControlFileOfOtherMajor",
    `PG_VERSION says ${major}, and pg_control is of version ${control.version}`,
  );
}

/** CNPG leaves `pg_control.old` while pg_rewind runs, or after it failed. */
export function controlFileIsNotReplaced({ dataDirectory }: WalEvidence): WalRefusal | undefined {
  if (dataDirectory.kind === "unknown") {
    return refusal("ControlFileReplaced", dataDirectory.message);
  }
  return dataDirectory.value.hasOldControlFile
    ? refusal("ControlFileReplaced", "global/pg_control.old exists: pg_rewind runs or has failed")
    : undefined;
}

/** pg_wal is where it was. */
export function walDirectoryIsExpected({ dataDirectory }: WalEvidence): WalRefusal | undefined {
  if (dataDirectory.kind === "unknown") {
    return refusal("WalDirectoryUnexpected", dataDirectory.message);
  }
  return dataDirectory.value.walDirectoryExpected ? undefined : refusal(
    "WalDirectoryUnexpected",
    "pg_wal is not a directory on the device it was expected on",
  );
}

/** With a label, recovery does not start where pg_control says (`wal.md` W12). */
export function backupLabelIsAbsent({ backupLabel }: WalEvidence): WalRefusal | undefined {
  if (backupLabel.kind === "unknown") return refusal("BackupLabelUnknown", backupLabel.message);
  if (backupLabel.value.kind === "absent") return undefined;
  return refusal("BackupLabelPresent", "backup_label exists: the data come from a base backup");
}

/** pg_wal and its statuses could be listed. */
export function listingIsKnown({ listing }: WalEvidence): WalRefusal | undefined {
  return listing.kind === "unknown" ? refusal("ListingUnknown", listing.message) : undefined;
}

/** A name that no segment can have means that something is not understood. */
export function segmentNamesAreWellFormed({ listing }: WalEvidence): WalRefusal | undefined {
  if (listing.kind === "unknown") return undefined;
  const [name] = listing.value.malformed;
  if (name === undefined) return undefined;
  return refusal(
    "SegmentNameMalformed",
    `${name} cannot be a segment of ${listing.value.segmentSize} bytes`,
  );
}

/** The segment in which recovery starts is there. */
export function redoFileExists(evidence: WalEvidence): WalRefusal | undefined {
  const control = believedControl(evidence);
  return control === undefined || hasSegmentAt(evidence, control, "redo")
    ? undefined
    : refusal("RedoFileMissing", `the segment of REDO ${formatLsn(control.redo)} is missing`);
}

/** The segment with the last checkpoint's record is there. */
export function checkpointFileExists(evidence: WalEvidence): WalRefusal | undefined {
  const control = believedControl(evidence);
  return control === undefined || hasSegmentAt(evidence, control, "checkpoint")
    ? undefined
    : refusal(
      "CheckpointFileMissing",
      `the segment of checkpoint ${formatLsn(control.checkpoint)} is missing`,
    );
}

/** Every slot's file is understood. */
export function slotFilesAreBelievable({ slotFiles }: WalEvidence): WalRefusal | undefined {
  if (slotFiles.kind === "unknown") return refusal("SlotFilesUnknown", slotFiles.message);
  const damaged = slotFiles.value.find((reading) => reading.kind === "refused");
  return damaged?.kind === "refused" ? damaged.refusal : undefined;
}

/** pg_control, where it is believable; the check of that name says why it is not. */
export function believedControl({ control }: WalEvidence): ControlFile | undefined {
  return control.kind === "known" && control.value.kind === "known"
    ? control.value.value
    : undefined;
}

/** After a promotion the segment continues under its new timeline, so a later one will do. */
function hasSegmentAt(
  { listing }: WalEvidence,
  control: ControlFile,
  position: "redo" | "checkpoint",
): boolean {
  if (listing.kind === "unknown") return true; // Refused by its own check.
  const number: SegmentNumber = segmentOf(control[position], control.segmentSize);
  return listing.value.segments.some(({ segment }) =>
    segment.number === number && segment.timeline >= control.timeline
  );
}
