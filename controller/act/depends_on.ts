/**
 * What a failed action takes with it.
 *
 * @module
 */

import type { Action } from "../../lib/decide/plan.ts";

/**
 * Whether `later` must not be tried after `failed`, an earlier action of the same operation.
 *
 * A status that could not be recorded means that the operation is not where the plan saw it. A request that
 * could not be lowered makes the status that speaks of it untrue. Nothing else depends on anything: volumes are
 * judged each by itself (DESIGN §5), a nudge only saves time, and what happened is recorded whatever else
 * failed.
 */
export function dependsOn(later: Action, failed: Action): boolean {
  const operation = operationOf(later);
  if (operation === undefined || operation !== operationOf(failed)) return false;
  if (failed.kind === "record-status") return true;
  return failed.kind === "request-size" && failed.lowering && later.kind === "record-status";
}

function operationOf(action: Action): string | undefined {
  switch (action.kind) {
    case "request-size":
    case "nudge-pod":
    case "record-status":
    case "write-back":
      return action.eventName;
    case "open-event":
    case "annotate":
      return undefined;
  }
}
