/**
 * Trips: at which amount of free space an agent reports without waiting (DESIGN §4).
 *
 * @module
 */

import type { Trip } from "../decide/plan.ts";
import type { ThresholdSettings } from "../policy/resolved.ts";
import { type Bytes, bytes } from "../units/bytes.ts";
import type { Volume } from "../view/volume.ts";
import { WAL_SEGMENT_BYTES } from "./judge.ts";
import { headroomAtPressure } from "./pressure.ts";

/**
 * The next trip of a volume: the highest amount of free space below the present one at which its level would
 * rise. A volume that is unknown, or beyond its last threshold, has none.
 */
export function nextTrip(volume: Volume, thresholds: ThresholdSettings): Trip | undefined {
  if (volume.fileSystem.kind === "unknown") return undefined;
  const sample = volume.fileSystem.value;
  const wal = volume.walHeadroom.kind === "known" ? volume.walHeadroom.mostBytes : 0;
  const candidates: number[] = [
    thresholds.warning,
    thresholds.critical,
    thresholds.expansion,
    thresholds.emergency,
  ].map((threshold) => headroomAtPressure(sample.totalBytes, threshold) + 1 - wal);
  if (thresholds.minFreeBytes !== undefined) candidates.push(thresholds.minFreeBytes);
  if (volume.holdsWal) candidates.push(WAL_SEGMENT_BYTES - wal);
  const below = candidates.filter((free) => free > 0 && free <= sample.availableBytes);
  if (below.length === 0) return undefined;
  const availableBelowBytes: Bytes = bytes(Math.max(...below));
  return { instance: volume.instance, role: volume.role, availableBelowBytes };
}
