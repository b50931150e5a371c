/**
 * How full one volume is judged to be.
 *
 * @module
 */

import type { VolumeJudgement } from "../decide/plan.ts";
import type { Reason } from "../explain/reasons.ts";
import type { ThresholdSettings } from "../policy/resolved.ts";
import { type Bytes, bytes } from "../units/bytes.ts";
import { formatBytes } from "../units/format.ts";
import type { FileSystemSample, Volume } from "../view/volume.ts";
import { type Crossing, NOT_CROSSED } from "./crossing.ts";
import { byTimeToFull } from "./judge_time_to_full.ts";
import { atLeast, type Level } from "./level.ts";
import { headroomOf, pressureOf } from "./pressure.ts";

/**
 * With less than one WAL segment of headroom CNPG stops the instance (`cnpg.md` §6). PostgreSQL's default
 * segment; instances with larger ones stop a little earlier.
 */
export const WAL_SEGMENT_BYTES: Bytes = bytes(16 * 1024 ** 2);

/** Without room for one more page, a data volume fails every write that extends a file. */
const PAGE_BYTES = 8192;

/**
 * Judges one volume by itself: the fullest volume decides, never an average (DESIGN §4).
 *
 * The levels come from the pressure, from `minFree`, from the time to full and from inodes; the most pressing one
 * counts. An unknown volume has the level `unknown`, whatever was measured before.
 */
export function judgeVolume(volume: Volume, thresholds: ThresholdSettings): VolumeJudgement {
  const { instance, role, fileSystem } = volume;
  if (fileSystem.kind === "unknown") {
    const { reason, message } = fileSystem;
    return { instance, role, level: "unknown", reason, message };
  }
  const sample = fileSystem.value;
  const pressure = pressureOf(sample, volume.walHeadroom);
  if (pressure === undefined) {
    const message = "The file system reports a size of zero";
    return { instance, role, level: "unknown", reason: "NoSample", message };
  }
  const outlook = byTimeToFull(volume, thresholds);
  const worst = [
    byPressure(sample, pressure, thresholds),
    byRoomLeft(volume, sample),
    byMinFree(sample, thresholds),
    outlook,
    byInodes(sample, thresholds),
  ].reduce((first, second) => atLeast(first.level, second.level) ? first : second);
  // Whoever is told of a full volume wants to know how long it is going to last.
  const isTold = worst === outlook || outlook === NOT_CROSSED;
  const message = isTold ? worst.message : `${worst.message}. ${outlook.message}`;
  return { instance, role, ...worst, message };
}

function byPressure(
  sample: FileSystemSample,
  pressure: number,
  thresholds: ThresholdSettings,
): Crossing {
  const steps: readonly (readonly [Level, Reason, number])[] = [
    ["emergency", "AboveEmergency", thresholds.emergency],
    ["expansion", "AboveExpansion", thresholds.expansion],
    ["critical", "AboveCritical", thresholds.critical],
    ["warning", "AboveWarning", thresholds.warning],
  ];
  const room = `${formatBytes(sample.availableBytes)} of ${formatBytes(sample.totalBytes)} free`;
  const crossed = steps.find(([, , threshold]) => pressure >= threshold);
  if (crossed === undefined) {
    return {
      level: "ok",
      reason: "Healthy",
      message: `Pressure ${pressure.toFixed(1)} %, ${room}`,
    };
  }
  const [level, reason, threshold] = crossed;
  const message = `Pressure ${pressure.toFixed(1)} % is at or above the ${level} threshold of ` +
    `${threshold} %, ${room}`;
  return { level, reason, message };
}

function byRoomLeft(volume: Volume, sample: FileSystemSample): Crossing {
  const needed = volume.holdsWal ? WAL_SEGMENT_BYTES : PAGE_BYTES;
  const { mostBytes } = headroomOf(sample, volume.walHeadroom);
  if (mostBytes >= needed) return NOT_CROSSED;
  const purpose = volume.holdsWal ? "another WAL segment" : "another page";
  const message = `${formatBytes(mostBytes)} left, too little for ${purpose}`;
  return { level: "full", reason: "VolumeFull", message };
}

function byMinFree(sample: FileSystemSample, thresholds: ThresholdSettings): Crossing {
  const { minFreeBytes } = thresholds;
  if (minFreeBytes === undefined || sample.availableBytes >= minFreeBytes) {
    return NOT_CROSSED;
  }
  const message = `${formatBytes(sample.availableBytes)} free is less than minFree ` +
    formatBytes(minFreeBytes);
  return { level: "expansion", reason: "MinFreeReached", message };
}

function byInodes(sample: FileSystemSample, thresholds: ThresholdSettings): Crossing {
  const { inodes } = sample;
  if (inodes === undefined || inodes.total === 0) {
    return NOT_CROSSED;
  }
  const used = 100 * (1 - inodes.available / inodes.total);
  if (used < thresholds.inodes) return NOT_CROSSED;
  const message = `${used.toFixed(1)} % of the inodes are used, ${inodes.available} are left`;
  return { level: "critical", reason: "InodesShort", message };
}
