/**
 * Names of WAL segments: `TTTTTTTTXXXXXXXXYYYYYYYY`, upper-case hexadecimal (`wal.md` §8).
 *
 * @module
 */

import {
  FIRST_SEGMENT,
  type SegmentNumber,
  segmentNumber,
  type SegmentSize,
  segmentsPerLogId,
} from "./segment.ts";

/** A segment on a timeline: one file of WAL. */
export interface Segment {
  /** The timeline it was written on, 1 or more. */
  readonly timeline: number;
  readonly number: SegmentNumber;
}

const TIMELINE_MAX = 2 ** 32 - 1;
const NAME_PATTERN = /^(?<timeline>[0-9A-F]{8})(?<logId>[0-9A-F]{8})(?<rest>[0-9A-F]{8})$/;

/** Whether a name has the form of a segment's, whether or not such a segment can exist. */
export function looksLikeSegment(name: string): boolean {
  return NAME_PATTERN.test(name);
}

/**
 * Reads a segment's name.
 *
 * @returns Undefined where no segment of this size has that name: another form, a last part beyond the number
 * of segments that share a middle one, timeline 0, or segment 0.
 */
export function parseSegmentName(name: string, size: SegmentSize): Segment | undefined {
  const groups = NAME_PATTERN.exec(name)?.groups;
  if (groups === undefined) return undefined;
  const timeline = hexadecimal(groups["timeline"]);
  const rest = hexadecimal(groups["rest"]);
  if (timeline === 0 || rest >= segmentsPerLogId(size)) return undefined;
  const number = hexadecimal(groups["logId"]) * segmentsPerLogId(size) + rest;
  return number < FIRST_SEGMENT ? undefined : { timeline, number: segmentNumber(number) };
}

/**
 * The name of a segment's file.
 *
 * @throws {RangeError} If no file of WAL has this timeline or number.
 */
export function formatSegmentName({ timeline, number }: Segment, size: SegmentSize): string {
  const logId = Math.floor(number / segmentsPerLogId(size));
  if (!Number.isInteger(timeline) || timeline < 1 || timeline > TIMELINE_MAX) {
    throw new RangeError(`Cannot name a segment: expected a timeline from 1, found ${timeline}`);
  }
  if (number < FIRST_SEGMENT || logId > TIMELINE_MAX) {
    throw new RangeError(`Cannot name a segment: expected a number from 1, found ${number}`);
  }
  return [timeline, logId, number % segmentsPerLogId(size)].map(eightDigits).join("");
}

/**
 * Orders segments as PostgreSQL removes them: by number alone. Timelines only break ties, so that the order of
 * a listing does not matter (`wal.md` §1.4).
 */
export function compareSegments(first: Segment, second: Segment): number {
  return first.number - second.number || first.timeline - second.timeline;
}

function hexadecimal(digits: string | undefined): number {
  return Number.parseInt(digits ?? "", 16);
}

function eightDigits(value: number): string {
  return value.toString(16).toUpperCase().padStart(8, "0");
}
