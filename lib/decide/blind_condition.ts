/**
 * The conditions about what is seen: `Blind`, and `SourceUnavailable` for why.
 *
 * @module
 */

import type { Condition } from "../event/event.ts";
import { REASONS } from "../explain/reasons.ts";
import type { ClusterView } from "../view/cluster.ts";
import { subjectOf } from "../view/select.ts";
import { problemText, sightOf } from "./blind.ts";
import type { JudgedCluster } from "./judge_volumes.ts";

/** Whether some volume is not measured. */
export function blindCondition({ nowMs }: ClusterView, { volumes }: JudgedCluster): Condition {
  const blind: string[] = [];
  const awaited: string[] = [];
  for (const judged of volumes) {
    const sight = sightOf(judged, nowMs);
    if (sight.kind === "awaited") awaited.push(subjectOf(judged.volume));
    if (sight.kind === "blind") blind.push(`${subjectOf(judged.volume)} (${sight.reason})`);
  }
  if (blind.length > 0) {
    const message = blind.join(", ");
    return { type: "Blind", status: "True", reason: "SomeVolumesUnknown", message };
  }
  if (awaited.length > 0) {
    const message = `Not measured yet: ${awaited.join(", ")}`;
    return { type: "Blind", status: "False", reason: "FirstReportAwaited", message };
  }
  const message = `${volumes.length} volumes are measured`;
  return { type: "Blind", status: "False", reason: "AllVolumesKnown", message };
}

/** Whether a source that volumes of the cluster depend on does not answer. */
export function sourceCondition({ sourceProblems = [] }: ClusterView): Condition {
  const [first] = sourceProblems;
  if (first === undefined) {
    const message = REASONS.SourcesReachable;
    return { type: "SourceUnavailable", status: "False", reason: "SourcesReachable", message };
  }
  const message = sourceProblems.map(problemText).join("; ");
  return { type: "SourceUnavailable", status: "True", reason: first.reason, message };
}
