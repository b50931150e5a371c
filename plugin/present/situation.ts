/**
 * How full a cluster is, in sentences: the fullest volume in words, all others that stand out by name.
 *
 * @module
 */

import type {
  ClusterStorage,
  ClusterStorageStatus,
  VolumeStatus,
} from "../../lib/cluster_storage/cluster_storage.ts";
import { LEVELS } from "../../lib/threshold/level.ts";
import type { Millis } from "../../lib/units/millis.ts";
import { agoOf, percentText, sizeText } from "./amounts.ts";
import { forecastSentences } from "./forecast.ts";
import { sentence } from "./operations.ts";
import { fullestOf, volumeName } from "./state.ts";

/** Says it, the worst first. */
export function situationSentences(
  { namespace, name, status }: ClusterStorage,
  nowMs: Millis,
): string[] {
  const volumes = status.volumes ?? [];
  const fullest = fullestOf(volumes);
  return [
    `Cluster ${namespace}/${name} is at level ${status.level ?? "unknown"}.`,
    fullest === undefined ? "No volume is known yet." : describeVolume(fullest),
    ...(fullest === undefined ? [] : forecastSentences(fullest, volumes)),
    ...othersByLevel(volumes.filter((volume) => volume !== fullest)),
    ...recordedSentence(status, fullest?.source, nowMs),
  ];
}

function describeVolume(volume: VolumeStatus): string {
  const { instance, role, level, pressurePercent, message = "", reason } = volume;
  const subject = `The ${role} volume of ${instance}`;
  const word = reason === undefined ? "" : ` (${reason})`;
  const why = message === "" ? word : `: ${message}${word}`;
  if (pressurePercent === undefined) return sentence(`${subject} is not measured${why}`);
  // The manager's message has the amounts already.
  const amounts = message === "" ? `: ${amountsText(volume)}` : "";
  return sentence(`${subject} is at level ${level}${why}${amounts}`);
}

/** Nothing is written while nothing changes: an old record of a calm cluster is no sign of a dead agent. */
function recordedSentence(
  { lastUpdated }: ClusterStorageStatus,
  source: VolumeStatus["source"],
  nowMs: Millis,
): string[] {
  const recorded = agoOf(lastUpdated, nowMs);
  if (recorded === undefined) return [];
  const by = source === undefined ? "" : `, as measured by ${source}`;
  return [`Recorded ${recorded}${by}; it is recorded again when something changes.`];
}

function amountsText({ usedPercent, capacity, available, pressurePercent }: VolumeStatus): string {
  return `${percentText(usedPercent)} of ${sizeText(capacity)} used, ` +
    `${sizeText(available)} free, pressure ${percentText(pressurePercent)}`;
}

function othersByLevel(volumes: readonly VolumeStatus[]): string[] {
  return [...LEVELS].reverse().filter((level) => level !== "ok").flatMap((level) => {
    const alike = volumes.filter((volume) => volume.level === level).map((volume) =>
      `${volumeName(volume)} (pressure ${percentText(volume.pressurePercent)}, ` +
      `${sizeText(volume.available)} free)`
    );
    return alike.length === 0 ? [] : [`Also at level ${level}: ${alike.join(", ")}.`];
  });
}
