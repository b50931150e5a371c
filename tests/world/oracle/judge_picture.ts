/**
 * What the manager says of a cluster is so: its level, and whether it acts on it.
 *
 * @module
 */

import { projectClaim } from "../../../controller/observe/project_claim.ts";
import { PERSISTENT_VOLUME_CLAIM } from "../../../kube/resources.ts";
import { BUILT_IN_DEFAULTS } from "../../../lib/policy/defaults.ts";
import { isFilling } from "./facts.ts";
import { type ClusterEnd, pictureOf, unkept, volumesOf } from "./cluster_end.ts";
import { policyOfRole, type Thresholds, thresholdsOf, type Wishes } from "../wishes.ts";
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
  const levels = volumes.map(({ volume: { claimName, role } }) =>
    truth.pressures.get(claimName)?.since(nowMs - STILL_MS)
      .map((percent) => levelOf(truth.wishes.latest, role, percent)) ?? []
  );
  const isForeseen = volumes.some(({ volume: { claimName } }) =>
    truth.wishes.since(nowMs - STILL_MS).some(({ policy }) =>
      policy?.timeToFullHours !== undefined
    ) && isFilling(truth, claimName, nowMs)
  );
  // What is going to be full is at a level that no share of it tells.
  if (isForeseen) return undefined;
  const longest = Math.max(...levels.map(({ length }) => length));
  return new Set(Array.from({ length: longest }, (_, back) => highestAt(levels, back)));
}

const LEVELS: readonly string[] = ["ok", "warning", "critical", "expansion", "emergency"];

/** The highest level so many changes ago, of every volume. */
function highestAt(levels: readonly (readonly string[])[], back: number): string {
  const ranks = levels.map((values) => LEVELS.indexOf(values.at(-1 - back) ?? values[0] ?? "ok"));
  return LEVELS[Math.max(...ranks)] ?? "ok";
}

function levelOf({ policy }: Wishes, role: string, percent: number): string {
  const isBuiltIn = policy === undefined || policy.excluded;
  const thresholds = isBuiltIn
    ? BUILT_IN_DEFAULTS.thresholds
    : thresholdsOf(policyOfRole(policy, role));
  return levelAt(percent, thresholds);
}

function levelAt(percent: number, { warning, critical, expansion, emergency }: Thresholds): string {
  if (percent >= emergency) return "emergency";
  if (percent >= expansion) return "expansion";
  if (percent >= critical) return "critical";
  return percent >= warning ? "warning" : "ok";
}
