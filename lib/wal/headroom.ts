/**
 * Headroom: what PostgreSQL can still write into pg_wal without a new block (`wal.md` §7.1, DESIGN §4).
 *
 * A checkpoint renames most old segments for later instead of removing them, so that `df` shows nothing of what
 * it gained; those files are room all the same, if their blocks exist.
 *
 * @module
 */

import { bytes } from "../units/bytes.ts";
import type { WalHeadroom } from "../view/volume.ts";
import { archiveStatusOf } from "./archive_status.ts";
import type { Fact } from "./fact.ts";
import type { SegmentFile, WalListing } from "./listing.ts";
import { type Lsn, maxLsn } from "./lsn.ts";
import type { WalPosition } from "./evidence.ts";
import {
  offsetInSegment,
  type SegmentNumber,
  segmentNumber,
  segmentOf,
  segmentsBytes,
  segmentStart,
} from "./segment.ts";

/** What headroom depends on. */
export interface HeadroomQuestion {
  readonly listing: WalListing;
  /** Where the server writes now; unknown without SQL. */
  readonly position: Fact<WalPosition>;
  /** A position that has certainly been reached: the last one seen, or pg_control's checkpoint. */
  readonly reachedLsn: Lsn;
  /** `wal_init_zero`: without it, segments for later have no blocks and are no room (`wal.md` §9). */
  readonly walInitZero: Fact<boolean>;
}

/** The headroom inside pg_wal, besides the free blocks of its file system. */
export function walHeadroomOf(question: HeadroomQuestion): WalHeadroom {
  const { walInitZero, position } = question;
  if (walInitZero.kind === "known" && !walInitZero.value) return known(0, 0);
  const [least, most] = position.kind === "known"
    ? headroomAt(question.listing, position.value)
    : headroomFrom(question);
  return known(walInitZero.kind === "known" ? least : 0, most);
}

/** Segments for later of the present timeline; only those in a row are room before one has to be made. */
function headroomAt(listing: WalListing, { lsn, timeline }: WalPosition): [number, number] {
  const size = listing.segmentSize;
  const current = segmentOf(lsn, size);
  const numbers = numbersOf(
    listing.segments.filter(({ segment }) => segment.timeline === timeline),
  );
  const rest = size - offsetInSegment(lsn, size);
  const later = [...numbers].filter((number) => number > current).length;
  return [
    segmentsBytes(followersOf(current, numbers), size) + rest,
    segmentsBytes(later, size) + rest,
  ];
}

/** Where the present segment is not known, everything after the last certain position may be full, or empty. */
function headroomFrom({ listing, reachedLsn }: HeadroomQuestion): [number, number] {
  const size = listing.segmentSize;
  const reached = maxLsn(reachedLsn, segmentStart(afterNewestFinished(listing), size));
  const current = segmentOf(reached, size);
  const numbers = numbersOf(listing.segments);
  const rest = numbers.has(current) ? size - offsetInSegment(reached, size) : 0;
  const later = [...numbers].filter((number) => number > current).length;
  return [0, segmentsBytes(later, size) + rest];
}

/** A segment with an archive status is finished: the server writes a later one. */
function afterNewestFinished({ segments, statuses }: WalListing): SegmentNumber {
  const newest = segments
    .filter(({ name }) => archiveStatusOf(name, statuses) !== "none")
    .at(-1);
  return newest === undefined ? segmentNumber(0) : segmentNumber(newest.segment.number + 1);
}

function followersOf(current: SegmentNumber, numbers: ReadonlySet<number>): number {
  let count = 0;
  while (numbers.has(current + count + 1)) count += 1;
  return count;
}

function numbersOf(segments: readonly SegmentFile[]): Set<number> {
  return new Set(segments.map(({ segment }) => segment.number));
}

function known(leastBytes: number, mostBytes: number): WalHeadroom {
  return { kind: "known", leastBytes: bytes(leastBytes), mostBytes: bytes(mostBytes) };
}
