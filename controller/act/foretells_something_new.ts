/**
 * Whether what a ClusterStorage foretells is worth writing: a time to full is never the same twice.
 *
 * @module
 */

import type { ClusterStorageStatus } from "../../lib/cluster_storage/cluster_storage.ts";
import { readTimeToFull } from "../../lib/cluster_storage/forecast_status.ts";
import { DAY } from "../../lib/units/millis.ts";

/** A volume that is full later than this is no news, however much sooner than before. */
const DISTANT_MS = DAY;

/** Half the time is news. */
const CLOSER_FACTOR = 2;

/** Whether some volume is going to be full much sooner than was last written: somebody should know at once. */
export function foretellsSooner(
  previous: ClusterStorageStatus,
  next: ClusterStorageStatus,
): boolean {
  return anyVolume(previous, next, isMuchSooner);
}

/**
 * Whether some volume's future is another than was last written: much later, none any more, or known at last. It
 * can wait.
 */
export function foretellsOtherwise(
  previous: ClusterStorageStatus,
  next: ClusterStorageStatus,
): boolean {
  return anyVolume(
    previous,
    next,
    (before, now) => isMuchSooner(now, before) || kindOf(before) !== kindOf(now),
  );
}

/** When the first volume is full, as it was told; infinite where none is. */
export function soonestMs({ volumes = [] }: ClusterStorageStatus): number {
  return Math.min(...volumes.map(({ timeToFull }) => distanceOf(timeToFull)));
}

type Comparison = (before: string | undefined, now: string | undefined) => boolean;

function anyVolume(
  previous: ClusterStorageStatus,
  next: ClusterStorageStatus,
  isNews: Comparison,
): boolean {
  const before = new Map(
    (previous.volumes ?? []).map(({ claim, timeToFull }) => [claim, timeToFull]),
  );
  return (next.volumes ?? []).some(({ claim, timeToFull }) =>
    isNews(before.get(claim), timeToFull)
  );
}

function isMuchSooner(before: string | undefined, now: string | undefined): boolean {
  const [beforeMs, nowMs] = [distanceOf(before), distanceOf(now)];
  return nowMs < DISTANT_MS && nowMs < beforeMs && CLOSER_FACTOR * nowMs <= beforeMs;
}

/** What is never full, or nobody knows when, is infinitely far off. */
function distanceOf(text: string | undefined): number {
  return text === undefined ? Infinity : readTimeToFull(text) ?? Infinity;
}

/** Absent is not known either: both say that nobody knows. */
function kindOf(text: string | undefined): "known" | "none" | "unknown" {
  if (text === undefined || text === "unknown") return "unknown";
  return text === "none" ? "none" : "known";
}
