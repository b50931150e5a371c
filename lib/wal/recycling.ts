/**
 * Recycling: how many old segments a checkpoint keeps for later, so how little `df` shows of it
 * (`XLOGfileslop` in PostgreSQL's `xlog.c`; `wal.md` §1.2, §7.1).
 *
 * @module
 */

import type { Bytes } from "../units/bytes.ts";
import type { Lsn } from "./lsn.ts";
import { type SegmentNumber, segmentNumber, segmentOf, type SegmentSize } from "./segment.ts";

/** PostgreSQL keeps room for a tenth more than it expects to need. */
const SLACK = 1.1;

/** What PostgreSQL computes the number of segments for later from. */
export interface RecyclingSettings {
  readonly minWalBytes: Bytes;
  readonly maxWalBytes: Bytes;
  readonly completionTarget: number;
  /** PostgreSQL's moving estimate of WAL between checkpoints; the server does not tell it. */
  readonly distanceEstimateBytes?: Bytes | undefined;
}

/** A number of segments, as an interval where it cannot be known. */
export interface SegmentCount {
  readonly least: number;
  readonly most: number;
}

/** The last segment up to which a checkpoint at `redo` renames old ones. */
export function recyclingLimit(
  redo: Lsn,
  size: SegmentSize,
  settings: RecyclingSettings,
): { readonly least: SegmentNumber; readonly most: SegmentNumber } {
  const redoSegment = segmentOf(redo, size);
  const lowest = redoSegment + Math.floor(settings.minWalBytes / size) - 1;
  const highest = Math.max(redoSegment + Math.floor(settings.maxWalBytes / size) - 1, lowest);
  const estimate = settings.distanceEstimateBytes;
  if (estimate === undefined) return { least: positive(lowest), most: positive(highest) };
  const wanted = Number(redo) + SLACK * (1 + settings.completionTarget) * estimate;
  const limit = positive(Math.min(Math.max(Math.ceil(wanted / size), lowest), highest));
  return { least: limit, most: limit };
}

/**
 * How many segments a checkpoint returns to the file system, of those that it frees: the rest is renamed for
 * later, up to the limit.
 */
export function returnedSegments(
  freed: number,
  current: SegmentNumber,
  future: number,
  limit: { readonly least: SegmentNumber; readonly most: SegmentNumber },
): SegmentCount {
  const returned = (last: SegmentNumber): number => {
    const renamed = Math.max(last - current - future, 0);
    return Math.max(freed - renamed, 0);
  };
  return { least: returned(limit.most), most: returned(limit.least) };
}

function positive(value: number): SegmentNumber {
  return segmentNumber(Math.max(value, 0));
}
