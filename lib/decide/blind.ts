/**
 * Which volumes nobody sees, and for how long that is no news (DESIGN §1, "never silent").
 *
 * @module
 */

import { lockOf } from "../expansion/history.ts";
import type { Reason } from "../explain/reasons.ts";
import { after, earliest, type Millis, millis } from "../units/millis.ts";
import type { ClusterView, SourceProblem } from "../view/cluster.ts";
import { subjectOf } from "../view/select.ts";
import type { JudgedCluster, JudgedVolume } from "./judge_volumes.ts";
import type { AlertIntent } from "./plan.ts";

/**
 * A pod that runs is measured within this time, or somebody is told: an agent reports a few seconds after its start,
 * a kubelet measures new volumes within a minute or two and is asked every half.
 */
export const FIRST_REPORT_WITHIN_MS: Millis = millis(90_000);

/** Reasons for which a volume is unknown that somebody has to look into. */
const LOST_SIGHT: readonly Reason[] = ["NoSample", "StaleSample", "AgentUnreadable"];

/** What is seen of a volume. */
export type Sight =
  | { readonly kind: "seen" }
  /** Its pod has just begun to run, or this process to listen. */
  | { readonly kind: "awaited"; readonly untilMs: Millis }
  | { readonly kind: "blind"; readonly reason: Reason; readonly message: string };

/** What is seen of a volume. One that is full by evidence is judged without being seen. */
export function sightOf({ volume, judgement }: JudgedVolume, nowMs: Millis): Sight {
  const unknown = volume.fileSystem.kind === "unknown" ? volume.fileSystem : judgement;
  if (volume.fileSystem.kind === "known" && judgement.level !== "unknown") return { kind: "seen" };
  const { reason, message } = unknown;
  const sinceMs = volume.pod?.running === true ? volume.pod.runningSinceMs : undefined;
  const untilMs = sinceMs === undefined ? undefined : after(sinceMs, FIRST_REPORT_WITHIN_MS);
  if (reason === "NoSample" && untilMs !== undefined && nowMs < untilMs) {
    return { kind: "awaited", untilMs };
  }
  return { kind: "blind", reason, message };
}

/** When the first volume that is waited for has been waited for long enough. */
export function blindAtMs({ volumes }: JudgedCluster, nowMs: Millis): Millis | undefined {
  return volumes.reduce<Millis | undefined>((first, volume) => {
    const sight = sightOf(volume, nowMs);
    return sight.kind === "awaited" ? earliest(first, sight.untilMs) : first;
  }, undefined);
}

/**
 * Nobody watches a volume that nobody measures. One without a running pod is left out, and one in an operation, whose
 * samples are of another size for a while. Where nobody knows since when a pod runs, a missing first report is none.
 */
export function blindAlert(judged: JudgedVolume, view: ClusterView): AlertIntent[] {
  const { volume } = judged;
  const sight = sightOf(judged, view.nowMs);
  if (sight.kind !== "blind" || judged.judgement.level !== "unknown") return [];
  if (!LOST_SIGHT.includes(sight.reason) || volume.pod?.running !== true) return [];
  const isFirst = sight.reason === "NoSample";
  if (isFirst && volume.pod.runningSinceMs === undefined) return [];
  if (lockOf(volume.claim.uid, view.events) !== undefined) return [];
  const { instance, role } = volume;
  const what = isFirst ? "is not measured" : "is not measured any more";
  const message = [
    `${subjectOf(volume)} ${what}: ${sight.message}`,
    ...(view.sourceProblems ?? []).map(problemText),
  ].join("; ");
  return [{ reason: "SomeVolumesUnknown", severity: "warning", instance, role, message }];
}

/** A source and what is the matter with it. */
export function problemText({ source, message }: SourceProblem): string {
  return `${source}: ${message}`;
}
