/**
 * What the manager says of a cluster is so: its level, and whether it acts on it.
 *
 * @module
 */

import { projectClaim } from "../../../controller/observe/project_claim.ts";
import { PERSISTENT_VOLUME_CLAIM } from "../../../kube/resources.ts";
import { BUILT_IN_DEFAULTS } from "../../../lib/policy/defaults.ts";
import { type ClusterEnd, pictureOf, unkept, volumesOf } from "./cluster_end.ts";
import type { Wishes } from "../wishes.ts";
import type { Violation } from "./violation.ts";

const MINUTE_MS = 60_000;

/** A level that has only fallen is told after five minutes. */
const STILL_MS = 6 * MINUTE_MS;

/** A running agent reports every 30 s. */
const REPORT_AGE_MS_MAX = 100_000;

/** A sample of 100 s is stale, and that is told with the next round. */
const LOST_MS = 3 * MINUTE_MS;

/** Less than this is too little for another WAL segment. */
const SEGMENT_BYTES = 16 * 1024 ** 2;

/** Judges what is said of a cluster. */
export function judgePicture(end: ClusterEnd): readonly Violation[] {
  const picture = pictureOf(end);
  if (picture === undefined) return [unkept(end, "every cluster has a ClusterStorage", "none")];
  const { level, conditions = [] } = picture.status;
  const levels = levelsOf(end);
  const violations: Violation[] = [];
  if (levels !== undefined && !levels.has(level ?? "")) {
    const detail = `${level}, expected ${[...levels].join(" or ")}`;
    violations.push(unkept(end, "the level that is told is the truth", detail));
  }
  const blind = conditions.find(({ type }) => type === "Blind")?.status;
  const sight = sightOf(end);
  if (sight !== "unclear" && blind !== (sight === "lost" ? "True" : "False")) {
    const detail = `Blind is ${blind}, sight is ${sight}`;
    violations.push(unkept(end, "it is told whether volumes are measured", detail));
  }
  const managed = conditions.find(({ type }) => type === "Managed");
  const expected = managedReason(end.truth.wishes.latest);
  if (managed?.reason !== expected) {
    const detail = `${managed?.reason}, expected ${expected}`;
    violations.push(unkept(end, "the Managed condition says what users wish", detail));
  }
  return violations;
}

type Sight = "clear" | "lost" | "unclear";

/** Whether all agents are heard, one has long been silent, or nobody can say. */
function sightOf(end: ClusterEnd): Sight {
  const volumes = volumesOf(end);
  if (volumes.length === 0 || !volumes.every(({ podRuns }) => podRuns)) return "unclear";
  if (volumes.length < claimCount(end)) return "unclear";
  const agesMs = volumes.map(({ instance }) =>
    end.nowMs - (end.truth.reportedMs.get(instance.name) ?? -Infinity)
  );
  if (agesMs.some((ageMs) => ageMs > LOST_MS)) return "lost";
  return agesMs.every((ageMs) => ageMs <= REPORT_AGE_MS_MAX) ? "clear" : "unclear";
}

/** An instance that has not joined yet has claims and no volumes. */
function claimCount({ server, record }: ClusterEnd): number {
  return server.all(PERSISTENT_VOLUME_CLAIM).map(projectClaim)
    .filter(({ controller }) => controller?.uid === record.uid).length;
}

function managedReason({ policy, paused }: Wishes): string {
  if (policy === undefined) return "NoPolicy";
  if (policy.excluded) return "Excluded";
  if (paused) return "Paused";
  return policy.dryRun ? "DryRun" : "PolicyApplied";
}

/** The levels of which one is true; undefined where not all volumes are measured, or something moves. */
function levelsOf(end: ClusterEnd): ReadonlySet<string> | undefined {
  const { truth, nowMs } = end;
  const volumes = volumesOf(end);
  const isTight = volumes.some(({ volume }) => volume.fileSystem.availableBytes < SEGMENT_BYTES);
  if (sightOf(end) !== "clear" || isTight) return undefined;
  const pressures = volumes.map(({ volume }) =>
    truth.pressures.get(volume.claimName)?.since(nowMs - STILL_MS) ?? []
  );
  const longest = Math.max(...pressures.map(({ length }) => length));
  const instants = Array.from({ length: longest }, (_, back) => highestAt(pressures, back));
  const thresholds = thresholdsOf(truth.wishes.latest);
  return new Set(instants.map((percent) => levelAt(percent, thresholds)));
}

/** The highest pressure so many changes ago, of every volume. */
function highestAt(pressures: readonly (readonly number[])[], back: number): number {
  return Math.max(...pressures.map((values) => values.at(-1 - back) ?? values[0] ?? 0));
}

interface Thresholds {
  readonly warning: number;
  readonly critical: number;
  readonly expansion: number;
  readonly emergency: number;
}

function thresholdsOf({ policy }: Wishes): Thresholds {
  if (policy === undefined || policy.excluded) return BUILT_IN_DEFAULTS.thresholds;
  const { expansionPercent: expansion, emergencyPercent: emergency } = policy;
  return { warning: expansion - 15, critical: expansion - 5, expansion, emergency };
}

function levelAt(percent: number, { warning, critical, expansion, emergency }: Thresholds): string {
  if (percent >= emergency) return "emergency";
  if (percent >= expansion) return "expansion";
  if (percent >= critical) return "critical";
  return percent >= warning ? "warning" : "ok";
}
