/**
 * Lists pg_wal, its archive statuses and its summaries by names alone: with 50,000 files a look at each would
 * take seconds (`wal.md` §7.2).
 *
 * @module
 */

import { type Millis, millis } from "../../lib/units/millis.ts";
import { readListing, type WalListing } from "../../lib/wal/listing.ts";
import type { Lsn } from "../../lib/wal/lsn.ts";
import type { SegmentSize } from "../../lib/wal/segment.ts";
import { classifyWalFile } from "../../lib/wal/wal_file.ts";
import { summarizedLsnOf } from "../../lib/wal/wal_summary.ts";
import { requiredNames, type WalFiles } from "./files.ts";

/**
 * Lists pg_wal. The statuses come first: one that says "done" stays true, and a segment that is finished
 * in between has no status yet, which holds it.
 *
 * @throws {Error} If either directory cannot be listed.
 */
export async function listWal(
  files: WalFiles,
  walPath: string,
  size: SegmentSize,
): Promise<WalListing> {
  const statusNames = await requiredNames(files, `${walPath}/archive_status`);
  const walNames = await requiredNames(files, walPath);
  return readListing({ walNames, statusNames }, size);
}

/**
 * When the oldest file that waits to be archived was written, from one look at its status; undefined where
 * none waits, or the last one was archived meanwhile.
 */
export async function readOldestReady(
  files: WalFiles,
  walPath: string,
  listing: WalListing,
): Promise<Millis | undefined> {
  const name = oldestReady(listing);
  if (name === undefined) return undefined;
  const status = await files.status(`${walPath}/archive_status/${name}.ready`);
  return status?.modifiedAtMs === undefined ? undefined : millis(status.modifiedAtMs);
}

/** How far the summaries in `pg_wal/summaries` reach; undefined where there are none (PostgreSQL 17). */
export async function readSummaries(files: WalFiles, walPath: string): Promise<Lsn | undefined> {
  return summarizedLsnOf(await files.names(`${walPath}/summaries`) ?? []);
}

function oldestReady({ statuses, segmentSize }: WalListing): string | undefined {
  let oldest: { readonly name: string; readonly number: number } | undefined;
  for (const name of statuses.ready) {
    const file = classifyWalFile(name, segmentSize);
    if (file.kind !== "segment" && file.kind !== "partial") continue;
    const { number } = file.segment;
    if (oldest === undefined || number < oldest.number) oldest = { name, number };
  }
  return oldest?.name;
}
