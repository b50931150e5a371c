/**
 * Segments: the files into which WAL is cut, for every `wal_segment_size` (`wal.md` §8).
 *
 * @module
 */

import type { Branded } from "../units/brand.ts";
import { type Bytes, bytes } from "../units/bytes.ts";
import { type Lsn, lsn } from "./lsn.ts";

/** `wal_segment_size` in bytes: a power of two from 1 MiB to 1 GiB. */
export type SegmentSize = Branded<number, "SegmentSize">;

/**
 * The number of a segment counted from the beginning of WAL, on whatever timeline. The first that exists is 1;
 * the largest, 2^44 − 1, is a safe integer.
 */
export type SegmentNumber = Branded<number, "SegmentNumber">;

const SIZE_MIN = 2 ** 20;
const SIZE_MAX = 2 ** 30;
const NUMBER_MAX = 2 ** 44 - 1;

/** The part of an {@link Lsn} that one value of a segment name's middle eight digits covers. */
const BYTES_PER_LOG_ID = 2 ** 32;

/** No file of WAL lies before it: segment 0 is never written. */
export const FIRST_SEGMENT: SegmentNumber = segmentNumber(1);

/** Whether PostgreSQL can be initialized with this size. */
export function isSegmentSize(value: number): value is SegmentSize {
  return Number.isInteger(Math.log2(value)) && value >= SIZE_MIN && value <= SIZE_MAX;
}

/**
 * Makes a {@link SegmentSize} of a number of bytes.
 *
 * @throws {RangeError} If PostgreSQL knows no such size.
 */
export function segmentSize(value: number): SegmentSize {
  if (!isSegmentSize(value)) {
    throw new RangeError(
      `Cannot use ${value} as a segment size: expected a power of two from 1 MiB to 1 GiB, in bytes`,
    );
  }
  return value;
}

/**
 * Makes a {@link SegmentNumber} of a number.
 *
 * @throws {RangeError} If `value` is no whole number, or more than 64-bit positions can reach.
 */
export function segmentNumber(value: number): SegmentNumber {
  if (!Number.isInteger(value) || value < 0 || value > NUMBER_MAX) {
    throw new RangeError(
      `Cannot use ${value} as a segment number: expected a whole number from 0 to ${NUMBER_MAX}`,
    );
  }
  return value as SegmentNumber;
}

/** How many segments share the middle eight digits of their names: 256 for 16 MiB. */
export function segmentsPerLogId(size: SegmentSize): number {
  return BYTES_PER_LOG_ID / size;
}

/** The segment in which a position lies; a boundary belongs to the segment that begins there. */
export function segmentOf(position: Lsn, size: SegmentSize): SegmentNumber {
  return segmentNumber(Number(position / BigInt(size)));
}

/** The position of a segment's first byte. */
export function segmentStart(segment: SegmentNumber, size: SegmentSize): Lsn {
  return lsn(BigInt(segment) * BigInt(size));
}

/** How far into its segment a position lies. */
export function offsetInSegment(position: Lsn, size: SegmentSize): Bytes {
  return bytes(Number(position % BigInt(size)));
}

/** The segment `count` before `segment`, and never one before the first. */
export function segmentBefore(segment: SegmentNumber, count: number): SegmentNumber {
  return segmentNumber(Math.max(segment - count, FIRST_SEGMENT));
}

/** The older of two segments. */
export function minSegment(first: SegmentNumber, second: SegmentNumber): SegmentNumber {
  return first <= second ? first : second;
}

/** The size of `count` whole segments. */
export function segmentsBytes(count: number, size: SegmentSize): Bytes {
  return bytes(Math.min(count * size, Number.MAX_SAFE_INTEGER));
}
