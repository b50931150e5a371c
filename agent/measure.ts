/**
 * From the numbers of statfs to the sample of a report.
 *
 * What counts is what the `postgres` user can use: blocks reserved for root belong to nobody (wal.md §9).
 *
 * @module
 */

import type { VolumeSample } from "../lib/report/report.ts";
import type { Volume } from "./volume.ts";

/** What statfs(2) says about a file system. */
export interface FileSystemStatistics {
  /** Unit of the block counts in bytes; zero where the file system does not tell it apart from `bsize`. */
  readonly frsize: bigint;
  readonly bsize: bigint;
  readonly blocks: bigint;
  /** Free blocks, including those that only root may use. */
  readonly bfree: bigint;
  /** Free blocks for everybody else. */
  readonly bavail: bigint;
  readonly files: bigint;
  readonly ffree: bigint;
}

/** Asks the kernel about the file system at a path. */
export interface VolumeProbe {
  statistics(path: string): Promise<FileSystemStatistics>;
}

/** The sizes in a sample. */
export type VolumeSizes = Omit<VolumeSample, "role" | "mountPath" | "ageMs">;

/** One look at one volume. */
export type Measurement =
  | {
    readonly kind: "sample";
    readonly volume: Volume;
    /** Monotonic time at which the kernel was asked: the sample is at most this old. */
    readonly takenAtMs: number;
    readonly sizes: VolumeSizes;
  }
  | { readonly kind: "unreadable"; readonly volume: Volume; readonly error: string };

/**
 * The sizes that `statistics` mean.
 *
 * @throws {RangeError} If the file system has no size (nothing is known about it then), or one beyond exact
 * arithmetic, as network file systems without a limit report.
 */
export function volumeSizes(statistics: FileSystemStatistics): VolumeSizes {
  const { blocks, bfree, bavail } = statistics;
  const blockSize = statistics.frsize > 0n ? statistics.frsize : statistics.bsize;
  const deviceBytes = blocks * blockSize;
  if (deviceBytes <= 0n || deviceBytes > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new RangeError(
      `Cannot use the size of the file system: expected 1 to ${Number.MAX_SAFE_INTEGER} bytes, found ${deviceBytes}`,
    );
  }
  const free = clamp(bfree, blocks);
  const available = clamp(bavail, free);
  const inodes = clamp(statistics.files, BigInt(Number.MAX_SAFE_INTEGER));
  return {
    totalBytes: Number((blocks - free + available) * blockSize),
    usedBytes: Number((blocks - free) * blockSize),
    availableBytes: Number(available * blockSize),
    deviceBytes: Number(deviceBytes),
    inodesTotal: Number(inodes),
    inodesAvailable: Number(clamp(statistics.ffree, inodes)),
  };
}

function clamp(value: bigint, maximum: bigint): bigint {
  if (value < 0n) return 0n;
  return value > maximum ? maximum : value;
}
