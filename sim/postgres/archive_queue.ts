/**
 * What waits for archive_command: whole segments, oldest first, one at a time.
 *
 * @module
 */

import type { Archiver } from "./postgres.ts";

/** The queue. Segments are named by their numbers; what is below an end is meant. */
export interface ArchiveQueue {
  /** The oldest segment that has to stay because it was not archived; that of the queue's end if none. */
  readonly firstWaiting: number;
  readonly waiting: number;
  /** When the one under way is done; `Infinity` where none is. */
  readonly nextDoneAtMs: number;
  setArchiver(archiver: Archiver, nowMs: number): void;
  /** Segments below `end` are complete. */
  complete(end: number, nowMs: number): void;
  /** The one under way is done. */
  finishOne(nowMs: number): void;
  /** Begins again with the one under way, as a server does that was just started. */
  restart(nowMs: number): void;
  /** Takes everything below `end` as archived, as for WAL that came from a primary. */
  skipTo(end: number): void;
}

/** Makes a queue that begins with a segment. Archiving works at {@link DEFAULT_ARCHIVER}'s pace. */
export function createArchiveQueue(firstSegment: number): ArchiveQueue {
  let archiver: Archiver = DEFAULT_ARCHIVER;
  let first = firstSegment;
  let end = firstSegment;
  let busySinceMs = 0;

  return {
    get firstWaiting(): number {
      return first;
    },
    get waiting(): number {
      return end - first;
    },
    get nextDoneAtMs(): number {
      if (first === end || archiver.kind !== "working") return Infinity;
      return busySinceMs + 1000 / archiver.segmentsPerSecond;
    },
    setArchiver(changed, nowMs): void {
      archiver = changed;
      busySinceMs = nowMs;
      if (archiver.kind === "off") first = end;
    },
    complete(completeEnd, nowMs): void {
      if (first === end) busySinceMs = nowMs;
      end = Math.max(end, completeEnd);
      if (archiver.kind === "off") first = end;
    },
    finishOne(nowMs): void {
      first = Math.min(first + 1, end);
      busySinceMs = nowMs;
    },
    restart(nowMs): void {
      busySinceMs = nowMs;
    },
    skipTo(skippedEnd): void {
      first = skippedEnd;
      end = skippedEnd;
    },
  };
}

/** An object store near by takes a segment of 16 MiB in a tenth of a second. */
export const DEFAULT_ARCHIVER: Archiver = { kind: "working", segmentsPerSecond: 10 };
