/**
 * Log sequence numbers: positions in the stream of WAL.
 *
 * A position has 64 bits, more than a `number` holds exactly, so it is a branded `bigint`. What is counted in
 * segments or lies on a disk fits into a safe integer and is a {@link SegmentNumber} or {@link Bytes}: the two
 * kinds of numbers cannot be mixed by mistake.
 *
 * @module
 */

import type { Branded } from "../units/brand.ts";
import { type Bytes, bytes } from "../units/bytes.ts";

/** A position in the stream of WAL, 0 to 2^64 − 1; 0 is PostgreSQL's "no position". */
export type Lsn = Branded<bigint, "Lsn">;

const LSN_MAX = 2n ** 64n - 1n;
const LSN_PATTERN = /^(?<high>[0-9A-Fa-f]{1,8})\/(?<low>[0-9A-Fa-f]{1,8})$/;

/** PostgreSQL's "no position" (`InvalidXLogRecPtr`). */
export const NO_LSN: Lsn = lsn(0n);

/**
 * Makes an {@link Lsn} of an integer.
 *
 * @throws {RangeError} If `value` does not fit into 64 bits without a sign.
 */
export function lsn(value: bigint): Lsn {
  if (value < 0n || value > LSN_MAX) {
    throw new RangeError(`Cannot use ${value} as an LSN: expected 0 to 2^64 - 1`);
  }
  return value as Lsn;
}

/** Reads PostgreSQL's notation, `16/B374D848`; undefined where `text` is something else. */
export function parseLsn(text: string): Lsn | undefined {
  const groups = LSN_PATTERN.exec(text)?.groups;
  if (groups === undefined) return undefined;
  return lsn((BigInt(`0x${groups["high"]}`) << 32n) | BigInt(`0x${groups["low"]}`));
}

/** PostgreSQL's notation: two hexadecimal halves without leading zeros, `16/B374D848`. */
export function formatLsn(position: Lsn): string {
  const high = (position >> 32n).toString(16);
  const low = (position & 0xFFFFFFFFn).toString(16);
  return `${high}/${low}`.toUpperCase();
}

/** Negative, zero or positive, as `first` lies before, at or after `second`. */
export function compareLsns(first: Lsn, second: Lsn): number {
  if (first === second) return 0;
  return first < second ? -1 : 1;
}

/** The earlier of two positions. */
export function minLsn(first: Lsn, second: Lsn): Lsn {
  return first <= second ? first : second;
}

/** The later of two positions. */
export function maxLsn(first: Lsn, second: Lsn): Lsn {
  return first >= second ? first : second;
}

/**
 * How much WAL lies between two positions: zero where `to` is not after `from`, and never more than
 * {@link Bytes} can hold (8 PiB, which no pg_wal reaches).
 */
export function walBetween(from: Lsn, to: Lsn): Bytes {
  if (to <= from) return bytes(0);
  const distance = to - from;
  const cap = BigInt(Number.MAX_SAFE_INTEGER);
  return bytes(Number(distance > cap ? cap : distance));
}
