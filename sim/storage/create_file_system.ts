/**
 * The arithmetic of a file system: blocks, reserve, inodes.
 *
 * @module
 */

import type { FileSystem, FileSystemStatistics } from "./file_system.ts";

/** Block size of ext4 and XFS where nobody chose another. */
const BLOCK_BYTES = 4096;
/** XFS lets inodes of 512 bytes take a quarter of the disk (`imaxpct`). */
const DEVICE_BYTES_PER_INODE = 2048;
/** What XFS keeps for its log and its trees on disks of some GiB. */
const DEFAULT_OVERHEAD_PERCENT = 2;

/** How a file system was made. */
export interface FileSystemOptions {
  /** May be much larger than the claim, where a provisioner hands out directories of one disk. */
  readonly deviceBytes: number;
  /** What the file system takes for itself, not part of its blocks. @default {2} */
  readonly overheadPercent?: number | undefined;
  /** Blocks that only root may use, part of its blocks; 5 for ext4 made by hand. @default {0} */
  readonly reservedPercent?: number | undefined;
  /** Fixed number of inodes, as in ext4; by default it grows with the device. */
  readonly inodes?: number | undefined;
}

interface Layout {
  readonly overheadPercent: number;
  readonly reservedPercent: number;
  readonly inodes: number | undefined;
}

interface Usage {
  deviceBytes: number;
  /** To the byte, so that many small writes take as much as a large one. */
  writtenBytes: number;
  ownInodes: number;
  otherInodes: number;
}

/**
 * Makes an empty file system.
 *
 * @throws {RangeError} If a size is negative, or a percentage not within 0 and 100.
 */
export function createFileSystem(options: FileSystemOptions): FileSystem {
  const layout = readLayout(options);
  const usage: Usage = {
    deviceBytes: sizeOf("make a file system", options.deviceBytes),
    writtenBytes: 0,
    ownInodes: 0,
    otherInodes: 0,
  };
  function allocate(sizeBytes: number): boolean {
    const written = usage.writtenBytes + sizeOf("allocate", sizeBytes);
    if (blocksOf(written) > usableBlocks(layout, usage)) return false;
    usage.writtenBytes = written;
    return true;
  }
  function release(sizeBytes: number): void {
    if (sizeOf("release", sizeBytes) > usage.writtenBytes) {
      throw new RangeError(
        `Cannot release ${sizeBytes} bytes: expected at most ${usage.writtenBytes}, which were allocated`,
      );
    }
    usage.writtenBytes -= sizeBytes;
  }
  return {
    get deviceBytes(): number {
      return usage.deviceBytes;
    },
    get usedBytes(): number {
      return blocksOf(usage.writtenBytes) * BLOCK_BYTES;
    },
    get availableBytes(): number {
      return availableBlocks(layout, usage) * BLOCK_BYTES;
    },
    allocate,
    release,
    createFile(sizeBytes): boolean {
      if (freeInodes(layout, usage) < 1 || !allocate(sizeBytes)) return false;
      usage.ownInodes += 1;
      return true;
    },
    removeFile(sizeBytes): void {
      release(sizeBytes);
      usage.ownInodes -= 1;
    },
    setOtherInodes(count): void {
      usage.otherInodes = sizeOf("count inodes", count);
    },
    growTo(deviceBytes): void {
      usage.deviceBytes = Math.max(usage.deviceBytes, sizeOf("grow a file system", deviceBytes));
    },
    statistics: () => statisticsOf(layout, usage),
  };
}

function readLayout(options: FileSystemOptions): Layout {
  const { overheadPercent = DEFAULT_OVERHEAD_PERCENT, reservedPercent = 0, inodes } = options;
  for (const percent of [overheadPercent, reservedPercent]) {
    if (!(percent >= 0 && percent < 100)) {
      throw new RangeError(
        `Cannot make a file system: expected a percentage from 0 to below 100, found ${percent}`,
      );
    }
  }
  return { overheadPercent, reservedPercent, inodes };
}

function sizeOf(action: string, amount: number): number {
  if (Number.isSafeInteger(amount) && amount >= 0) return amount;
  throw new RangeError(`Cannot ${action}: expected a whole number of 0 or more, found ${amount}`);
}

function blocksOf(sizeBytes: number): number {
  return Math.ceil(sizeBytes / BLOCK_BYTES);
}

function totalBlocks(layout: Layout, usage: Usage): number {
  return Math.floor(usage.deviceBytes / BLOCK_BYTES * (1 - layout.overheadPercent / 100));
}

function usableBlocks(layout: Layout, usage: Usage): number {
  const total = totalBlocks(layout, usage);
  return total - Math.ceil(total * layout.reservedPercent / 100);
}

function availableBlocks(layout: Layout, usage: Usage): number {
  return Math.max(0, usableBlocks(layout, usage) - blocksOf(usage.writtenBytes));
}

function totalInodes(layout: Layout, usage: Usage): number {
  return layout.inodes ?? Math.floor(usage.deviceBytes / DEVICE_BYTES_PER_INODE);
}

function freeInodes(layout: Layout, usage: Usage): number {
  return Math.max(0, totalInodes(layout, usage) - usage.ownInodes - usage.otherInodes);
}

function statisticsOf(layout: Layout, usage: Usage): FileSystemStatistics {
  const total = totalBlocks(layout, usage);
  return {
    frsize: BigInt(BLOCK_BYTES),
    bsize: BigInt(BLOCK_BYTES),
    blocks: BigInt(total),
    bfree: BigInt(total - blocksOf(usage.writtenBytes)),
    bavail: BigInt(availableBlocks(layout, usage)),
    files: BigInt(totalInodes(layout, usage)),
    ffree: BigInt(freeInodes(layout, usage)),
  };
}
