/**
 * What becomes of a user's request for a size: never silence.
 *
 * @module
 */

import type { Condition } from "../event/event.ts";
import type { Reason } from "../explain/reasons.ts";
import { REASONS } from "../explain/reasons.ts";
import { formatQuantity } from "../units/quantity.ts";
import type { ClusterView } from "../view/cluster.ts";
import { roleVolumes } from "../view/select.ts";
import { pendingRequest } from "./manual_request.ts";
import type { AlertIntent } from "./plan.ts";
import type { Proposal } from "./propose_expansions.ts";

interface Problem {
  readonly reason: Reason;
  readonly message: string;
}

/** Whether a request waits or is refused, and why. */
export function requestCondition(view: ClusterView, { held }: Proposal): Condition {
  const found = unusable(view) ?? held
    .filter(({ candidate }) => candidate.manualRequestedAt !== undefined)
    .map(({ hold }): Problem => ({ ...hold, message: `${wishOf(view)}: ${hold.message}` }))[0];
  if (found === undefined) {
    return {
      type: "RequestHeld",
      status: "False",
      reason: "NoRequest",
      message: REASONS.NoRequest,
    };
  }
  const { reason, message } = found;
  return { type: "RequestHeld", status: "True", reason, message };
}

/** A request of which nothing can become. One that the gate holds is told as what it holds is. */
export function requestAlerts(view: ClusterView): AlertIntent[] {
  const problem = unusable(view);
  return problem === undefined ? [] : [{ ...problem, severity: "warning" }];
}

function unusable(view: ClusterView): Problem | undefined {
  const { requestProblem } = view;
  if (requestProblem !== undefined) {
    return { reason: "RequestUnreadable", message: `A request is not acted on. ${requestProblem}` };
  }
  const request = pendingRequest(view);
  if (request === undefined || roleVolumes(view.volumes, request.role).length > 0) return undefined;
  const message = `${wishOf(view)}: the cluster has no volume of role ${request.role}`;
  return { reason: "RequestUnreadable", message };
}

function wishOf({ manualRequest }: ClusterView): string {
  if (manualRequest === undefined) return "The request";
  const { role, targetBytes, trigger } = manualRequest;
  return `The ${trigger} request for ${formatQuantity(targetBytes)} of role ${role}`;
}
