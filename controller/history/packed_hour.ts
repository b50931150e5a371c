/**
 * The samples of an hour of one volume as a few hundred bytes, to which more can be added without a change to
 * those that are there.
 *
 * A sample is two numbers in base 128, the lowest digits first and the high bit set on all but the last byte. The
 * first number holds the seconds since the sample before (since the beginning of the hour for the first one), a
 * bit each for their sign, for that of the second number and for the basis. The second one is by how many bytes
 * the usage differs from that of the sample before (from zero). A volume that writes steadily takes six bytes
 * a sample.
 *
 * @module
 */

import type { Basis } from "../../lib/forecast/sample.ts";
import { type Bytes, bytes, isBytes } from "../../lib/units/bytes.ts";

/** A sample within its hour. */
export interface HourSample {
  /** Seconds since the beginning of the hour, 0 to 3599. */
  readonly second: number;
  readonly usedBytes: Bytes;
  readonly basis: Basis;
}

const SECONDS = 3_600;
const BEFORE_THE_FIRST = { second: 0, usedBytes: 0 };

const BACKWARD = 1;
const SHRUNK = 2;
const WITH_WAL = 4;
const FLAGS = 8;

const DIGIT = 128;

/** Packs samples that follow `before`, the last one that is packed already. */
export function packSamples(samples: readonly HourSample[], before?: HourSample): Uint8Array {
  const packed: number[] = [];
  let last: Pick<HourSample, "second"> & { readonly usedBytes: number } = before ??
    BEFORE_THE_FIRST;
  for (const sample of samples) {
    const seconds = sample.second - last.second;
    const difference = sample.usedBytes - last.usedBytes;
    const flags = (seconds < 0 ? BACKWARD : 0) + (difference < 0 ? SHRUNK : 0) +
      (sample.basis === "blocks-and-wal" ? WITH_WAL : 0);
    pushNumber(packed, Math.abs(seconds) * FLAGS + flags);
    pushNumber(packed, Math.abs(difference));
    last = sample;
  }
  return Uint8Array.from(packed);
}

/** The samples in the order in which they were packed; of a damaged end, those before it. */
export function unpackSamples(packed: Uint8Array): HourSample[] {
  const samples: HourSample[] = [];
  const cursor = createCursor(packed);
  while (advance(cursor)) samples.push(sampleAt(cursor));
  return samples;
}

/** The sample that was packed last, found without making one of each before it. */
export function lastSample(packed: Uint8Array): HourSample | undefined {
  const cursor = createCursor(packed);
  let hasAny = false;
  while (advance(cursor)) hasAny = true;
  return hasAny ? sampleAt(cursor) : undefined;
}

/** A place in packed samples, and the sample that ends there. */
interface Cursor {
  readonly packed: Uint8Array;
  at: number;
  second: number;
  usedBytes: number;
  withWal: boolean;
}

function createCursor(packed: Uint8Array): Cursor {
  return { packed, at: 0, ...BEFORE_THE_FIRST, withWal: false };
}

function sampleAt({ second, usedBytes, withWal }: Cursor): HourSample {
  return { second, usedBytes: bytes(usedBytes), basis: withWal ? "blocks-and-wal" : "blocks" };
}

/** Goes to the next sample; false where there is none, or one that cannot be: the cursor keeps the one before. */
function advance(cursor: Cursor): boolean {
  const head = readNumber(cursor);
  const distance = readNumber(cursor);
  if (head === undefined || distance === undefined) return false;
  const seconds = Math.floor(head / FLAGS);
  const second = cursor.second + (head & BACKWARD ? -seconds : seconds);
  const usedBytes = cursor.usedBytes + (head & SHRUNK ? -distance : distance);
  if (second < 0 || second >= SECONDS || !isBytes(usedBytes)) return false;
  cursor.second = second;
  cursor.usedBytes = usedBytes;
  cursor.withWal = (head & WITH_WAL) !== 0;
  return true;
}

/** Sizes go beyond 32 bits, where the operators on bits end. */
function pushNumber(packed: number[], value: number): void {
  let rest = value;
  while (rest >= DIGIT) {
    packed.push(DIGIT + rest % DIGIT);
    rest = Math.floor(rest / DIGIT);
  }
  packed.push(rest);
}

function readNumber(cursor: Cursor): number | undefined {
  let value = 0;
  for (let scale = 1; scale <= Number.MAX_SAFE_INTEGER; scale *= DIGIT) {
    const byte = cursor.packed[cursor.at++];
    if (byte === undefined) return undefined;
    value += (byte % DIGIT) * scale;
    if (byte < DIGIT) return Number.isSafeInteger(value) ? value : undefined;
  }
  return undefined;
}
