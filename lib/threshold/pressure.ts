/**
 * Pressure: how much of a volume PostgreSQL can no longer use (DESIGN §4, `wal.md` §7).
 *
 * @module
 */

import { type Bytes, bytes, isBytes, minBytes } from "../units/bytes.ts";
import type { FileSystemSample, WalHeadroom } from "../view/volume.ts";

/** What PostgreSQL can still write, as an interval. */
export interface Headroom {
  readonly leastBytes: Bytes;
  readonly mostBytes: Bytes;
}

/**
 * What PostgreSQL can still write to a volume.
 *
 * On a volume that holds pg_wal, segments that are already allocated for later are headroom besides the free
 * blocks. Where nothing is known of them, the free blocks are all there is: the volume then grows rather too
 * early than too late.
 */
export function headroomOf(sample: FileSystemSample, wal: WalHeadroom): Headroom {
  const available = sample.availableBytes;
  if (wal.kind === "unknown") return { leastBytes: available, mostBytes: available };
  return {
    leastBytes: withinTotal(available + wal.leastBytes, sample.totalBytes),
    mostBytes: withinTotal(available + wal.mostBytes, sample.totalBytes),
  };
}

/**
 * The pressure of a volume in percent, 0 to 100, judged by the upper bound of its headroom: an uncertain
 * measurement never crosses a threshold by its uncertainty alone.
 *
 * @returns Undefined where the file system has no size, which no real one has.
 */
export function pressureOf(sample: FileSystemSample, wal: WalHeadroom): number | undefined {
  if (sample.totalBytes === 0) return undefined;
  const { mostBytes } = headroomOf(sample, wal);
  return 100 * (sample.totalBytes - mostBytes) / sample.totalBytes;
}

/** The used share as `df` shows it, 0 to 100, for `current-usage-percent` and the PRD's usage metrics. */
export function usedPercentOf(sample: FileSystemSample): number | undefined {
  return sample.totalBytes === 0 ? undefined : 100 * sample.usedBytes / sample.totalBytes;
}

/**
 * The headroom at which the pressure of a file system of `totalBytes` reaches `pressurePercent`: with this
 * much or less, the threshold is crossed.
 */
export function headroomAtPressure(totalBytes: Bytes, pressurePercent: number): Bytes {
  const headroomPercent = Math.min(Math.max(100 - pressurePercent, 0), 100);
  // Beyond 80 TiB the product is rounded, and could come out above the total.
  return bytes(Math.min(Math.floor(totalBytes * headroomPercent / 100), totalBytes));
}

function withinTotal(sum: number, total: Bytes): Bytes {
  return isBytes(sum) ? minBytes(sum, total) : total;
}
