/**
 * Whether a ClusterStorage is worth writing: every write costs the API server and all who watch (DESIGN §7).
 *
 * @module
 */

import type {
  ClusterStorageStatus,
  VolumeStatus,
} from "../../lib/cluster_storage/cluster_storage.ts";
import { highest } from "../../lib/threshold/level.ts";
import { isWordingNews } from "../../lib/explain/wording.ts";
import { isSameJson } from "./json.ts";

/** Pressure that moved less than this says nothing new. */
const PRESSURE_STEP_POINTS = 5;

/**
 * Whether `next` differs from what was last written in level, policy, a condition, a size, or five points of
 * pressure. Used bytes, times and most messages change all the time and mean nothing by themselves.
 */
export function meansSomethingNew(
  previous: ClusterStorageStatus,
  next: ClusterStorageStatus,
): boolean {
  return !isSameJson(essence(previous), essence(next)) || pressureMoved(previous, next);
}

/** Whether `next` differs from what was last written only in that levels have fallen. */
export function isMereFall(previous: ClusterStorageStatus, next: ClusterStorageStatus): boolean {
  const before = new Map((previous.volumes ?? []).map((volume) => [keyOf(volume), volume.level]));
  const level = notBelow(previous.level, next.level);
  const volumes = (next.volumes ?? []).map((volume) => ({
    ...volume,
    level: notBelow(before.get(keyOf(volume)), volume.level) ?? volume.level,
  }));
  return !meansSomethingNew(previous, { ...next, level, volumes });
}

type WrittenLevel = ClusterStorageStatus["level"];

/** The higher of two levels; `unknown` is no fall. */
function notBelow(before: WrittenLevel, now: WrittenLevel): WrittenLevel {
  if (before === undefined || now === undefined) return now;
  return before === "unknown" || now === "unknown" ? now : highest(before, now);
}

function essence(status: ClusterStorageStatus): unknown {
  return {
    level: status.level,
    // A merge patch turns null into absence.
    policy: status.policy
      ? { name: status.policy.name, dryRun: status.policy.dryRun ?? undefined }
      : undefined,
    firstSeenSizes: status.firstSeenSizes ?? {},
    conditions: (status.conditions ?? []).map(({ type, status: holds, reason, message }) => ({
      type,
      holds,
      reason,
      message: isWordingNews(reason) ? message : undefined,
    })),
    volumes: (status.volumes ?? []).map((
      { instance, role, claim, requested, capacity, level },
    ) => ({
      instance,
      role,
      claim,
      requested,
      capacity,
      level,
    })),
  };
}

function pressureMoved(previous: ClusterStorageStatus, next: ClusterStorageStatus): boolean {
  const before = new Map((previous.volumes ?? []).map((volume) => [keyOf(volume), volume]));
  return (next.volumes ?? []).some((volume) =>
    hasMoved(before.get(keyOf(volume))?.pressurePercent, volume.pressurePercent)
  );
}

function hasMoved(before: number | undefined, now: number | undefined): boolean {
  if (before === undefined || now === undefined) return before !== now;
  return Math.abs(now - before) >= PRESSURE_STEP_POINTS;
}

function keyOf(volume: VolumeStatus): string {
  return `${volume.instance}/${volume.role}`;
}
