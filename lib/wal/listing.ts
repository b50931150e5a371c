/**
 * pg_wal and its archive statuses, as names alone: no file is looked at (`wal.md` §7.2).
 *
 * @module
 */

import { type ArchiveStatuses, parseArchiveStatuses } from "./archive_status.ts";
import type { SegmentSize } from "./segment.ts";
import { compareSegments, type Segment } from "./segment_name.ts";
import { classifyWalFile, type WalFile } from "./wal_file.ts";

/** A file that holds WAL, with its name. */
export interface SegmentFile {
  readonly name: string;
  readonly segment: Segment;
}

/** What lies in pg_wal, in the order of segment numbers whatever the order of the listing. */
export interface WalListing {
  readonly segmentSize: SegmentSize;
  readonly segments: readonly SegmentFile[];
  readonly partials: readonly SegmentFile[];
  /** Timelines whose history files lie here. */
  readonly historyTimelines: readonly number[];
  /** Names like those of segments that cannot exist; any of them closes the gate. */
  readonly malformed: readonly string[];
  readonly statuses: ArchiveStatuses;
}

/** The names of two directories, in any order. */
export interface WalNames {
  readonly walNames: Iterable<string>;
  readonly statusNames: Iterable<string>;
}

/** Sorts out the names in pg_wal and `pg_wal/archive_status`. */
export function readListing({ walNames, statusNames }: WalNames, size: SegmentSize): WalListing {
  const files = [...walNames].map((name) => classifyWalFile(name, size));
  return {
    segmentSize: size,
    segments: segmentFiles(files, "segment"),
    partials: segmentFiles(files, "partial"),
    historyTimelines: files.flatMap((file) =>
      file.kind === "timelineHistory" ? [file.timeline] : []
    ),
    malformed: files.flatMap((file) => file.kind === "malformed" ? [file.name] : []).sort(),
    statuses: parseArchiveStatuses(statusNames),
  };
}

/** The highest timeline that any name speaks of, or 0: what lies below it was written before a switch. */
export function highestTimeline(listing: WalListing): number {
  const files = [...listing.segments, ...listing.partials];
  return [...files.map(({ segment }) => segment.timeline), ...listing.historyTimelines]
    .reduce((highest, timeline) => Math.max(highest, timeline), 0);
}

function segmentFiles(files: readonly WalFile[], kind: "segment" | "partial"): SegmentFile[] {
  return files
    .flatMap((file) => file.kind === kind ? [{ name: file.name, segment: file.segment }] : [])
    .sort((first, second) => compareSegments(first.segment, second.segment));
}
