/**
 * A plan in sentences: the same words in events, conditions, logs and on the command line (DESIGN §2).
 *
 * @module
 */

import type { Action, Check, Plan } from "../decide/plan.ts";
import { formatBytes } from "../units/format.ts";
import { formatTimestamp } from "../units/timestamp.ts";
import type { ClusterView } from "../view/cluster.ts";
import { subjectOf } from "../view/select.ts";
import { explainTimeToFull } from "./forecast_words.ts";

/** Said where a plan has no action. */
export const NOTHING_TO_DO = "Nothing is to be done";

/** Explains a plan, most important first: the level, the volumes and when they are full, what
 * stands in the way, what is done. */
export function explain(view: ClusterView, plan: Plan): string[] {
  const lines = [`Cluster ${view.namespace}/${view.name} is at level ${plan.level}`];
  for (const volume of plan.volumes) {
    lines.push(`${subjectOf(volume)}: ${volume.level} (${volume.reason}): ${volume.message}`);
  }
  for (const volume of view.volumes) {
    if (volume.forecast === undefined) continue;
    lines.push(`${subjectOf(volume)}: ${explainTimeToFull(volume.forecast.timeToFull)}`);
  }
  for (const check of plan.trace.filter(({ passed }) => !passed)) lines.push(explainHold(check));
  for (const action of plan.actions) lines.push(explainAction(action));
  if (plan.actions.length === 0) lines.push(NOTHING_TO_DO);
  if (plan.wakeAtMs !== undefined) {
    lines.push(`Looked at again at ${formatTimestamp(plan.wakeAtMs)} at the latest`);
  }
  return lines;
}

/** What a check that was not passed stands in the way of, in one sentence. */
export function explainHold({ reason, message, subject }: Check): string {
  return `${subject ?? "The cluster"} may not grow: ${message} (${reason})`;
}

/** What an action does, in one sentence. */
export function explainAction(action: Action): string {
  switch (action.kind) {
    case "open-event": {
      const { draft } = action;
      const mode = draft.dryRun ? "Records what would be done" : "Opens a StorageEvent";
      const goal = draft.expansion === undefined
        ? draft.eventType
        : `grow role ${draft.expansion.role} to ${formatBytes(draft.expansion.requestedBytes)}`;
      return `${mode}: ${goal}, because ${draft.message} (${draft.reason})`;
    }
    case "request-size":
      return action.lowering
        ? `Lowers the request of PVC ${action.claimName} to ${action.toBytes} bytes`
        : `Asks for ${formatBytes(action.toBytes)} on PVC ${action.claimName}`;
    case "nudge-pod":
      return `Annotates pod ${action.podName}, so that its kubelet grows the file system now`;
    case "record-status":
      return `Records that StorageEvent ${action.eventName} is ${action.status.phase}`;
    case "write-back":
      return `Raises role ${action.role} in the Cluster's spec from ` +
        `${formatBytes(action.fromBytes)} to ${formatBytes(action.toBytes)}`;
    case "annotate":
      return `Sets annotations of the Cluster: ${Object.keys(action.annotations).join(", ")}`;
  }
}
