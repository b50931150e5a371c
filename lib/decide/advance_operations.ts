/**
 * What comes next in the operations of a cluster that are under way.
 *
 * @module
 */

import { nextRetry } from "../breaker/next_retry.ts";
import type { Event } from "../event/event.ts";
import { type Advance, advanceExpansion } from "../expansion/advance.ts";
import { isOpenExpansion } from "../expansion/history.ts";
import { staleness } from "../expansion/stale_operation.ts";
import { DEFAULT_TIMES, type ExpansionTimes, type Requests } from "../expansion/volume_context.ts";
import { roleSettings } from "../policy/role_settings.ts";
import { DAY, earliest, type Millis, millis } from "../units/millis.ts";
import type { ClusterView } from "../view/cluster.ts";
import type { Role } from "../view/role.ts";
import type { GovernanceOutcome } from "./governance.ts";
import type { JudgedCluster } from "./judge_volumes.ts";
import type { Action } from "./plan.ts";

/** A pause over a night is no reason to forget an operation; what was true a day ago is none to go on with it. */
export const DEFAULT_STALE_MS: Millis = millis(DAY);

/** What an installation decides about operations. */
export interface OperationOptions {
  /** @default {DEFAULT_TIMES} */
  readonly times?: ExpansionTimes | undefined;
  /** Whether pods may be annotated so that their kubelet grows a file system at once. @default {true} */
  readonly nudge?: boolean | undefined;
  /** An operation at which nothing has happened for so long is ended. @default {DEFAULT_STALE_MS} */
  readonly staleMs?: Millis | undefined;
}

/** Actions of operations, and when waiting alone brings more. */
export type OperationSteps = Pick<Advance, "actions" | "wakeAtMs">;

/** Advances every operation as far as what is observed allows. */
export function advanceOperations(
  view: ClusterView,
  governance: GovernanceOutcome,
  judged: JudgedCluster,
  options: OperationOptions,
): OperationSteps {
  if (view.deleting) return { actions: [] };
  const actions: Action[] = [];
  let wakeAtMs: Millis | undefined;
  for (const event of view.events.filter(isOpenExpansion)) {
    const steps = advance(event, view, governance, judged, options);
    actions.push(...steps.actions.map((action) => withRetry(action, event, view, governance)));
    wakeAtMs = earliest(wakeAtMs, steps.wakeAtMs);
  }
  return { actions, wakeAtMs };
}

function advance(
  event: Event,
  view: ClusterView,
  governance: GovernanceOutcome,
  judged: JudgedCluster,
  { times = DEFAULT_TIMES, nudge = true, staleMs = DEFAULT_STALE_MS }: OperationOptions,
): OperationSteps {
  if (event.expansion === undefined) return { actions: [] };
  const stale = staleness(event, view.nowMs, staleMs);
  if (stale.kind === "stale") {
    const { name: eventName, resourceVersion } = event;
    const { status } = stale;
    return { actions: [{ kind: "record-status", eventName, resourceVersion, status }] };
  }
  const { actions, wakeAtMs } = advanceExpansion(event, event.expansion, {
    view,
    policy: governance.policy,
    times,
    nudge,
    requests: requestsOf(governance, event.expansion.role),
    pressingClaimUids: judged.pressingClaimUids,
  });
  return { actions, wakeAtMs: earliest(wakeAtMs, stale.staleAtMs) };
}

/** An operation that has failed says when the next try is due. */
function withRetry(
  action: Action,
  event: Event,
  view: ClusterView,
  { settings }: GovernanceOutcome,
): Action {
  if (action.kind !== "record-status" || action.status.completedAtMs === undefined) return action;
  const retry = nextRetry(event, action.status, view, settings.circuitBreaker);
  return retry === undefined ? action : { ...action, status: { ...action.status, retry } };
}

function requestsOf({ stance, settings }: GovernanceOutcome, role: Role): Requests {
  switch (stance) {
    case "acts":
      return roleSettings(settings, role).expansion.enabled ? "allowed" : "withdrawn";
    case "records":
    case "paused":
      return "held";
    case "observes":
      return "withdrawn";
  }
}
