/**
 * What happens next to a cluster, in a sentence.
 *
 * @module
 */

import type { Action, Plan } from "../../lib/decide/plan.ts";
import { formatQuantity } from "../../lib/units/quantity.ts";

/** What the plan does, else what keeps it from doing something, else that there is nothing to do. */
export function nextAction(plan: Plan): string {
  const doing = plan.actions.flatMap((action) => describe(action) ?? [])[0];
  if (doing !== undefined) return doing;
  return plan.trace.find(({ passed }) => !passed)?.message ?? "Nothing needs to be done";
}

/** Records and annotations only tell of actions: they are none that anybody waits for. */
function describe(action: Action): string | undefined {
  switch (action.kind) {
    case "open-event":
      return action.draft.message;
    case "request-size":
      return `Request ${formatQuantity(action.toBytes)} for ${action.claimName}`;
    case "nudge-pod":
      return `Have the kubelet grow the file system of ${action.claimName}`;
    case "write-back":
      return `Declare ${formatQuantity(action.toBytes)} for ${action.role} in the Cluster's spec`;
    case "record-status":
    case "annotate":
      return undefined;
  }
}
