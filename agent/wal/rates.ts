/**
 * How fast WAL is written and archived, from what was seen at two looks (`wal.md` §7.1).
 *
 * @module
 */

import { type Fact, known, unknown } from "../../lib/wal/fact.ts";
import { type Lsn, walBetween } from "../../lib/wal/lsn.ts";
import type { SegmentSize } from "../../lib/wal/segment.ts";
import type { ArchiverStatistics } from "./server_rows.ts";

/** After this time an old rate counts half: fast enough for an emergency, slow enough for one checkpoint. */
export const RATE_HALF_LIFE_MS = 15_000;

/** Two looks that are nearer than this give no rate worth having. */
export const RATE_INTERVAL_MIN_MS = 200;

/** Beyond this the looks have nothing to do with each other: the server or the agent was away. */
export const RATE_INTERVAL_MAX_MS = 15 * 60_000;

/** A counter as it was seen, on the monotonic clock. */
export interface RatePoint {
  readonly atMs: number;
  readonly bytesPerSecond?: number | undefined;
}

/** What is remembered of WAL positions. */
export interface WalRate extends RatePoint {
  readonly lsn: Lsn;
}

/** What is remembered of archived files. */
export interface ArchiveRate extends RatePoint {
  readonly archivedCount: number;
  readonly resetAtMs: number;
}

/** The part of the archiver's statistics that a rate comes from. */
export type ArchiverCount = Pick<ArchiverStatistics, "archivedCount" | "resetAtMs">;

/** Folds a position into the rate at which WAL is written; going backwards begins anew. */
export function foldWalRate(earlier: WalRate | undefined, lsn: Lsn, atMs: number): WalRate {
  if (earlier === undefined || lsn < earlier.lsn) return { atMs, lsn };
  return fold(earlier, { ...earlier, lsn }, atMs, walBetween(earlier.lsn, lsn), { atMs, lsn });
}

/**
 * Folds the archiver's count into the rate at which WAL is archived. History files count as segments, which
 * they are few enough to do; a count that was reset begins anew.
 */
export function foldArchiveRate(
  earlier: ArchiveRate | undefined,
  { archivedCount, resetAtMs }: ArchiverCount,
  size: SegmentSize,
  atMs: number,
): ArchiveRate {
  const fresh = { atMs, archivedCount, resetAtMs };
  const isReset = earlier === undefined || earlier.resetAtMs !== resetAtMs ||
    archivedCount < earlier.archivedCount;
  if (isReset) return fresh;
  const movedBytes = (archivedCount - earlier.archivedCount) * size;
  return fold(earlier, { ...earlier, archivedCount }, atMs, movedBytes, fresh);
}

/** The rate as a fact. */
export function rateOf(point: RatePoint | undefined): Fact<number> {
  return point?.bytesPerSecond === undefined
    ? unknown("Cannot tell the rate: expected two looks, found one")
    : known(point.bytesPerSecond);
}

function fold<Point extends RatePoint>(
  earlier: Point,
  moved: Point,
  atMs: number,
  movedBytes: number,
  fresh: Point,
): Point {
  const elapsedMs = atMs - earlier.atMs;
  if (elapsedMs < RATE_INTERVAL_MIN_MS) return earlier;
  if (elapsedMs > RATE_INTERVAL_MAX_MS) return fresh;
  const present = movedBytes * 1000 / elapsedMs;
  const weight = 2 ** (-elapsedMs / RATE_HALF_LIFE_MS);
  const before = earlier.bytesPerSecond ?? present;
  return { ...moved, atMs, bytesPerSecond: before * weight + present * (1 - weight) };
}
