/**
 * What happens next to a cluster, in one sentence.
 *
 * @module
 */

import type { Action, Plan } from "../decide/plan.ts";
import { subjectOf } from "../view/select.ts";
import { explainAction, explainHold, NOTHING_TO_DO } from "./explain.ts";

/**
 * What the plan does, else what keeps it from doing something, else which volumes it waits to be measured,
 * else that there is nothing to do.
 */
export function explainNextStep(
  { actions, trace, volumes }: Pick<Plan, "actions" | "trace" | "volumes">,
): string {
  const step = actions.find(isStep);
  if (step !== undefined) return explainAction(step);
  const hold = trace.find(({ passed }) => !passed);
  if (hold !== undefined) return explainHold(hold);
  const unknown = volumes.filter(({ level }) => level === "unknown");
  if (unknown.length === 0) return NOTHING_TO_DO;
  return `Waits for a measurement of ${unknown.map(subjectOf).join(", ")}`;
}

/** Records and annotations only tell of what is done: they are nothing that anybody waits for. */
function isStep({ kind }: Action): boolean {
  return kind !== "record-status" && kind !== "annotate";
}
