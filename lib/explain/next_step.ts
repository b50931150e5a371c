/**
 * What happens next to a cluster, in one sentence.
 *
 * @module
 */

import type { Action, Plan } from "../decide/plan.ts";
import { explainAction, explainHold, NOTHING_TO_DO } from "./explain.ts";

/** What the plan does, else what keeps it from doing something, else that there is nothing to do. */
export function explainNextStep({ actions, trace }: Pick<Plan, "actions" | "trace">): string {
  const step = actions.find(isStep);
  if (step !== undefined) return explainAction(step);
  const hold = trace.find(({ passed }) => !passed);
  return hold === undefined ? NOTHING_TO_DO : explainHold(hold);
}

/** Records and annotations only tell of what is done: they are nothing that anybody waits for. */
function isStep({ kind }: Action): boolean {
  return kind !== "record-status" && kind !== "annotate";
}
