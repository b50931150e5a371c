/**
 * What happens next to a cluster, in one sentence.
 *
 * @module
 */

import type { Action, Plan } from "../decide/plan.ts";
import type { Event, VolumeProgress } from "../event/event.ts";
import { isOpenExpansion } from "../expansion/history.ts";
import { subjectOf } from "../view/select.ts";
import { explainAction, explainHold, NOTHING_TO_DO } from "./explain.ts";

/**
 * What the plan does, else what operations under way wait for, else what keeps it from doing something, else
 * which volumes it waits to be measured, else that there is nothing to do.
 */
export function explainNextStep(
  { actions, trace, volumes }: Pick<Plan, "actions" | "trace" | "volumes">,
  events: readonly Event[],
): string {
  const step = actions.find(isStep);
  if (step !== undefined) return explainAction(step);
  const operation = events.find(isOpenExpansion);
  if (operation !== undefined) return explainOperation(operation);
  const hold = trace.find(({ passed }) => !passed);
  if (hold !== undefined) return explainHold(hold);
  const unknown = volumes.filter(({ level }) => level === "unknown");
  if (unknown.length === 0) return NOTHING_TO_DO;
  return `Waits for a measurement of ${unknown.map(subjectOf).join(", ")}`;
}

/** Records, alerts and annotations only tell of something: they are nothing that anybody waits for. */
function isStep(action: Action): boolean {
  if (action.kind === "open-event") {
    return action.draft.alert === undefined && action.draft.breaker === undefined;
  }
  return action.kind !== "record-status" && action.kind !== "annotate";
}

/** Providers and kubelets take their time; an operation between two steps goes on by itself. */
function explainOperation({ name, status }: Event): string {
  const waits = status.volumes.flatMap(explainWait);
  return waits.length === 0 ? `Goes on with StorageEvent ${name}` : `Waits for ${waits.join(", ")}`;
}

function explainWait({ claimName, step }: VolumeProgress): string[] {
  switch (step) {
    case "Requested":
      return [`the storage provider to grow PVC ${claimName}`];
    case "ControllerResized":
      return [`the file system on PVC ${claimName} to grow`];
    case "Queued":
    case "Verified":
    case "Failed":
      return [];
    default:
      return step satisfies never;
  }
}
