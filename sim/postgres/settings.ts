/**
 * Settings, and the arithmetic that PostgreSQL does with them.
 *
 * @module
 */

import type { PostgresSettings } from "./postgres.ts";

const MEBIBYTE = 1024 ** 2;

/** PostgreSQL's defaults, but for those that CloudNativePG sets: `wal_keep_size` and `archive_timeout`. */
const DEFAULT_SETTINGS: PostgresSettings = {
  walSegmentBytes: 16 * MEBIBYTE,
  maxWalBytes: 1024 * MEBIBYTE,
  minWalBytes: 80 * MEBIBYTE,
  walKeepBytes: 512 * MEBIBYTE,
  checkpointTimeoutMs: 300_000,
  checkpointCompletionTarget: 0.9,
  archiveTimeoutMs: 300_000,
};

/** Removal aims a tenth above the distance that is expected (`XLOGfileslop`). */
const DISTANCE_MARGIN = 1.1;
/** Weight of the newest distance where it is below the estimate (`UpdateCheckPointDistanceEstimate`). */
const DISTANCE_WEIGHT = 0.1;

/**
 * Fills in defaults.
 *
 * @throws {RangeError} If a size or a time is not positive, or `max_wal_size` below two segments.
 */
export function readSettings(settings: Partial<PostgresSettings> = {}): PostgresSettings {
  const read = { ...DEFAULT_SETTINGS, ...settings };
  if (!Number.isSafeInteger(read.walSegmentBytes) || read.walSegmentBytes <= 0) {
    throw refused("wal_segment_size of whole bytes", read.walSegmentBytes);
  }
  if (read.maxWalBytes < 2 * read.walSegmentBytes) {
    throw refused("max_wal_size of two segments or more", read.maxWalBytes);
  }
  if (!(read.checkpointTimeoutMs > 0)) {
    throw refused("checkpoint_timeout above 0", read.checkpointTimeoutMs);
  }
  return read;
}

/** After so many segments a checkpoint is due, so that two of them fit `max_wal_size`. */
export function checkpointSegments(settings: PostgresSettings): number {
  const { maxWalBytes, walSegmentBytes, checkpointCompletionTarget } = settings;
  return Math.max(1, Math.floor(maxWalBytes / walSegmentBytes / (1 + checkpointCompletionTarget)));
}

/** How far apart checkpoints are expected to be: a peak counts at once, and is forgotten slowly. */
export function nextDistanceEstimate(estimateBytes: number, distanceBytes: number): number {
  if (estimateBytes < distanceBytes) return distanceBytes;
  return estimateBytes * (1 - DISTANCE_WEIGHT) + distanceBytes * DISTANCE_WEIGHT;
}

/** Up to which segment number old files are kept under a future name. */
export function recycleUpTo(
  settings: PostgresSettings,
  redoBytes: number,
  estimateBytes: number,
): number {
  const { walSegmentBytes, minWalBytes, maxWalBytes, checkpointCompletionTarget } = settings;
  const distance = (1 + checkpointCompletionTarget) * estimateBytes * DISTANCE_MARGIN;
  const redoSegment = Math.floor(redoBytes / walSegmentBytes);
  const least = redoSegment + Math.floor(minWalBytes / walSegmentBytes) - 1;
  const most = redoSegment + Math.floor(maxWalBytes / walSegmentBytes) - 1;
  return Math.min(most, Math.max(least, Math.ceil((redoBytes + distance) / walSegmentBytes)));
}

function refused(expected: string, found: number): RangeError {
  return new RangeError(`Cannot make a server: expected ${expected}, found ${found}`);
}
