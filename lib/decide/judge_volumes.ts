/**
 * All volumes of a cluster, judged one by one.
 *
 * @module
 */

import { lastGrownAt } from "../expansion/history.ts";
import type { ThresholdSettings } from "../policy/resolved.ts";
import { judgeVolume, WAL_SEGMENT_BYTES } from "../threshold/judge.ts";
import { atLeast, highest, type Level } from "../threshold/level.ts";
import type { ClusterView } from "../view/cluster.ts";
import { knownFileSystem } from "../view/select.ts";
import type { Volume } from "../view/volume.ts";
import type { VolumeJudgement } from "./plan.ts";

/** CNPG's exit code of an instance that has no room for another WAL segment (`cnpg.md` §6). */
const EXIT_CODE_NO_WAL_SPACE = 4;

/** A volume with what is thought of it. */
export interface JudgedVolume {
  readonly volume: Volume;
  readonly judgement: VolumeJudgement;
}

/** The cluster's volumes, judged. */
export interface JudgedCluster {
  readonly level: Level;
  readonly volumes: readonly JudgedVolume[];
  readonly judgements: readonly VolumeJudgement[];
  /** Claims at `emergency` or `full`. */
  readonly pressingClaimUids: ReadonlySet<string>;
}

/** Judges every volume by itself. */
export function judge(view: ClusterView, thresholds: ThresholdSettings): JudgedCluster {
  const volumes = view.volumes.map((volume): JudgedVolume => ({
    volume,
    judgement: fullByEvidence(view, volume) ?? judgeVolume(volume, thresholds),
  }));
  const judgements = volumes.map(({ judgement }) => judgement);
  const level = judgements
    .flatMap(({ level }) => level === "unknown" ? [] : [level])
    .reduce(highest, "ok");
  const pressing = volumes.filter(({ judgement }) =>
    judgement.level !== "unknown" && atLeast(judgement.level, "emergency")
  );
  return {
    level,
    volumes,
    judgements,
    pressingClaimUids: new Set(pressing.map(({ volume }) => volume.claim.uid)),
  };
}

/**
 * The one case in which a volume is judged without a fresh sample (DESIGN §5, rescue): CNPG reports that there
 * is not enough disk space, the instance ended with its exit code for that, and the volume has not grown since.
 * A fresh sample that shows room for a segment speaks against it (cloudnative-pg#9447).
 */
function fullByEvidence(view: ClusterView, volume: Volume): VolumeJudgement | undefined {
  if (!view.operator.diskFull || !volume.holdsWal) return undefined;
  const exit = volume.pod?.postgresExit;
  if (exit?.code !== EXIT_CODE_NO_WAL_SPACE) return undefined;
  if ((lastGrownAt(volume.claim.uid, view.events) ?? -Infinity) >= exit.atMs) return undefined;
  const sample = knownFileSystem(volume);
  if (sample !== undefined && sample.availableBytes >= WAL_SEGMENT_BYTES) return undefined;
  const message = `CloudNativePG reports that there is not enough disk space, and postgres ended ` +
    `with exit code ${EXIT_CODE_NO_WAL_SPACE}`;
  const { instance, role } = volume;
  return { instance, role, level: "full", reason: "DiskFullPhase", message };
}
