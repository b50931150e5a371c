/**
 * `.done` files whose segments are gone. PostgreSQL never removes them (`wal.md` §1.3), and an agent that was
 * killed between removing a segment and its status leaves some behind (T32).
 *
 * @module
 */

import { parseArchiveStatuses } from "../../lib/wal/archive_status.ts";
import { orphanedStatuses } from "../../lib/wal/removal.ts";
import type { SegmentNumber, SegmentSize } from "../../lib/wal/segment.ts";
import { parseSegmentName } from "../../lib/wal/segment_name.ts";
import type { WalDirectory } from "./ports.ts";

/** One sweep removes no more than this; the next goes on. */
export const ORPHANS_MAX = 2_000;

/** The names of two directories, listed in this order: a segment that appears later has no status yet. */
export interface StatusListing {
  readonly statusNames: readonly string[];
  readonly walNames: readonly string[];
}

/**
 * Names of segments before the cut-off that are gone while their `.done` is there and no `.ready` is. No
 * segment before the cut-off comes back, so nobody will miss the status.
 */
export function orphansBefore(
  cut: SegmentNumber,
  size: SegmentSize,
  { statusNames, walNames }: StatusListing,
): string[] {
  const { ready, done } = parseArchiveStatuses(statusNames);
  const old = [...done].flatMap((name) => {
    const segment = parseSegmentName(name, size);
    const isOld = segment !== undefined && segment.number < cut && !ready.has(name);
    return isOld ? [{ name, segment }] : [];
  });
  return orphanedStatuses(old, new Set(walNames)).map((name) => name.slice(0, -".done".length));
}

/**
 * Removes such statuses; gives how many went.
 *
 * @throws If a directory cannot be listed, or a file not be removed.
 */
export async function sweepOrphans(
  directory: WalDirectory,
  cut: SegmentNumber,
  size: SegmentSize,
): Promise<number> {
  const statusNames = await directory.statusNames();
  const walNames = await directory.names();
  const orphans = orphansBefore(cut, size, { statusNames, walNames }).slice(0, ORPHANS_MAX);
  for (const name of orphans) await directory.removeDoneOf(name);
  return orphans.length;
}
