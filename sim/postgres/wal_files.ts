/**
 * The files in pg_wal: one unbroken row of segments, of which the one that is written to has a place, those
 * before it are past, and those after it are recycled or made ahead of time.
 *
 * @module
 */

import type { FileSystem } from "../storage/file_system.ts";

/** The row of segments. Numbers are those in file names. */
export interface WalFiles {
  readonly oldestSegment: number;
  /** The one that is written to. */
  readonly openSegment: number;
  readonly futureSegments: number;
  readonly segments: number;
  /** Goes on to the next segment: a future file where there is one, else a new one; false on ENOSPC. */
  openNext(): boolean;
  /** Sees to it that there is a future file; false on ENOSPC. */
  preallocateNext(): boolean;
  /** Recycles or removes what is older than `keepSegment`; recycled ones are numbered up to the other. */
  retire(keepSegment: number, recycleUpToSegment: number): void;
  /** Goes back to an earlier segment (pg_rewind); what follows is removed. */
  rewindTo(segment: number): void;
}

/**
 * Makes pg_wal with its first segment, or with a later one where a standby was cloned at that position.
 *
 * @throws {RangeError} If there is no room for one segment.
 */
export function createWalFiles(
  fileSystem: FileSystem,
  segmentBytes: number,
  firstSegment: number,
): WalFiles {
  let oldest = firstSegment;
  let open = firstSegment;
  let future = 0;

  function make(): boolean {
    return fileSystem.createFile(segmentBytes);
  }
  function remove(count: number): void {
    for (let removed = 0; removed < count; removed += 1) fileSystem.removeFile(segmentBytes);
  }
  if (!make()) {
    throw new RangeError(
      `Cannot make pg_wal: expected room for one segment, found ${fileSystem.availableBytes} bytes`,
    );
  }
  return {
    get oldestSegment(): number {
      return oldest;
    },
    get openSegment(): number {
      return open;
    },
    get futureSegments(): number {
      return future;
    },
    get segments(): number {
      return open - oldest + 1 + future;
    },
    openNext(): boolean {
      if (future > 0) future -= 1;
      else if (!make()) return false;
      open += 1;
      return true;
    },
    preallocateNext(): boolean {
      if (future > 0) return true;
      if (!make()) return false;
      future = 1;
      return true;
    },
    retire(keepSegment, recycleUpToSegment): void {
      const count = Math.max(0, Math.min(keepSegment, open) - oldest);
      const recycled = Math.min(count, Math.max(0, recycleUpToSegment - open - future));
      remove(count - recycled);
      oldest += count;
      future += recycled;
    },
    rewindTo(segment): void {
      const target = Math.max(oldest, Math.min(segment, open));
      remove(open - target + future);
      open = target;
      future = 0;
    },
  };
}
