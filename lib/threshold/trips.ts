/**
 * Trips: at which amount of free space an agent reports without waiting (DESIGN §4).
 *
 * @module
 */

import type { Trip } from "../decide/plan.ts";
import type { ThresholdSettings } from "../policy/resolved.ts";
import { type Bytes, bytes, isBytes } from "../units/bytes.ts";
import type { FileSystemSample, Volume } from "../view/volume.ts";
import { judgeVolume, WAL_SEGMENT_BYTES } from "./judge.ts";
import { LEVELS } from "./level.ts";
import { headroomAtPressure } from "./pressure.ts";

/**
 * The next trip of a volume: the highest amount of free space, not above the present one, below which its
 * level would be higher. A volume that is unknown, or beyond its last threshold, has none.
 */
export function nextTrip(volume: Volume, thresholds: ThresholdSettings): Trip | undefined {
  const { fileSystem } = volume;
  if (fileSystem.kind === "unknown") return undefined;
  const sample = fileSystem.value;
  const presentRank = rankOf(volume, thresholds);
  const availableBelowBytes = candidates(volume, sample, thresholds)
    .filter((free) => free > 0 && free <= sample.availableBytes)
    .sort((first, second) => second - first)
    .find((free) => {
      const value = { ...sample, availableBytes: bytes(free - 1) };
      return rankOf({ ...volume, fileSystem: { ...fileSystem, value } }, thresholds) > presentRank;
    });
  if (availableBelowBytes === undefined) return undefined;
  return { instance: volume.instance, role: volume.role, availableBelowBytes };
}

/** The amounts of free space at which one of the thresholds is crossed. */
function candidates(
  volume: Volume,
  sample: FileSystemSample,
  thresholds: ThresholdSettings,
): Bytes[] {
  const wal = volume.walHeadroom.kind === "known" ? volume.walHeadroom.mostBytes : 0;
  const { warning, critical, expansion, emergency, minFreeBytes } = thresholds;
  const amounts = [warning, critical, expansion, emergency]
    .map((threshold) => headroomAtPressure(sample.totalBytes, threshold) + 1 - wal);
  if (minFreeBytes !== undefined) amounts.push(minFreeBytes);
  if (volume.holdsWal) amounts.push(WAL_SEGMENT_BYTES - wal);
  return amounts.filter(isBytes);
}

function rankOf(volume: Volume, thresholds: ThresholdSettings): number {
  const { level } = judgeVolume(volume, thresholds);
  return level === "unknown" ? -1 : LEVELS.indexOf(level);
}
