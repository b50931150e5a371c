/**
 * The conditions of a ClusterStorage.
 *
 * @module
 */

import { isOpenExpansion } from "../expansion/history.ts";
import type { Hold } from "../expansion/preflight.ts";
import { breakerLetsPass, whyNotExpandable } from "../expansion/preflight_checks.ts";
import type { Condition } from "../event/event.ts";
import { type Reason, REASONS } from "../explain/reasons.ts";
import type { Millis } from "../units/millis.ts";
import { formatTimestamp } from "../units/timestamp.ts";
import type { ClusterView } from "../view/cluster.ts";
import { subjectOf } from "../view/select.ts";
import type { Volume } from "../view/volume.ts";
import { blindCondition, sourceCondition } from "./blind_condition.ts";
import { declaredSizeCondition } from "./declared_size_condition.ts";
import { disagreeCondition } from "./disagree_condition.ts";
import type { GovernanceOutcome } from "./governance.ts";
import type { JudgedCluster } from "./judge_volumes.ts";
import { otherGrowerCondition } from "./other_grower_condition.ts";
import type { Proposal } from "./propose_expansions.ts";
import { requestCondition } from "./request_condition.ts";

/** What is true of a cluster. */
export interface ConditionsOutcome {
  readonly conditions: readonly Condition[];
  /** When waiting alone may make one of them untrue, apart from what else is waited for. */
  readonly wakeAtMs?: Millis | undefined;
}

/** What is true of a cluster, one condition for each thing that somebody may wait for or be told of. */
export function conditionsOf(
  view: ClusterView,
  governance: GovernanceOutcome,
  judged: JudgedCluster,
  proposal: Proposal,
): ConditionsOutcome {
  const openBreaker = firstOpenBreaker(view, governance);
  const conditions = [
    managed(view, governance),
    blindCondition(view, judged),
    sourceCondition(view),
    disagreeCondition(view),
    expanding(view),
    notExpandable(view),
    limitReached(proposal),
    ofFound("CircuitBreakerOpen", openBreaker, "BreakerClosed"),
    declaredSizeCondition(view),
    otherGrowerCondition(view),
    requestCondition(view, proposal),
  ];
  return { conditions, wakeAtMs: openBreaker?.hold.untilMs };
}

function managed(view: ClusterView, { stance, hold }: GovernanceOutcome): Condition {
  if (hold !== undefined) {
    const status = stance === "records" ? "True" : "False";
    return { type: "Managed", status, ...hold };
  }
  const policy = view.governance.kind === "policy" ? view.governance.policyName : "";
  const message = `Managed by StoragePolicy ${policy}${endedPause(view)}`;
  return { type: "Managed", status: "True", reason: "PolicyApplied", message };
}

/** Annotations of a pause stay until their author takes them away; that they hold nothing up is said. */
function endedPause({ pause, nowMs }: ClusterView): string {
  if (pause.kind === "none" || pause.untilMs === undefined || pause.untilMs > nowMs) return "";
  return `; its pause ended at ${formatTimestamp(pause.untilMs)} by pause-until`;
}

function expanding(view: ClusterView): Condition {
  const open = view.events.filter(isOpenExpansion).map(({ name }) => name);
  if (open.length === 0) {
    const message = "No expansion is under way";
    return { type: "Expanding", status: "False", reason: "Settled", message };
  }
  const message = `StorageEvent ${open.join(", ")}`;
  return { type: "Expanding", status: "True", reason: "ExpansionStarted", message };
}

/** Whatever the policy says, and whether a volume has to grow or not: who has to change something learns it early. */
function notExpandable({ volumes }: ClusterView): Condition {
  const found = firstOf(volumes, (volume) => whyNotExpandable({ volume }));
  return ofFound("NotExpandable", found, "Expandable");
}

function firstOpenBreaker(view: ClusterView, { policy }: GovernanceOutcome): Found | undefined {
  return firstOf(view.volumes, (volume) => {
    const hold = breakerLetsPass({ view, policy, volume });
    return hold?.reason === "BreakerOpen" ? hold : undefined;
  });
}

function limitReached({ held }: Proposal): Condition {
  const found = held.find(({ hold }) => hold.reason === "MaxSizeReached");
  return ofFound(
    "LimitReached",
    found && { volume: found.candidate.volume, hold: found.hold },
    "BelowMaxSize",
  );
}

interface Found {
  readonly volume: Volume;
  readonly hold: Hold;
}

function firstOf(
  volumes: readonly Volume[],
  holdOf: (volume: Volume) => Hold | undefined,
): Found | undefined {
  for (const volume of volumes) {
    const hold = holdOf(volume);
    if (hold !== undefined) return { volume, hold };
  }
  return undefined;
}

function ofFound(type: string, found: Found | undefined, otherwise: Reason): Condition {
  if (found === undefined) {
    return { type, status: "False", reason: otherwise, message: REASONS[otherwise] };
  }
  const { reason, message } = found.hold;
  return { type, status: "True", reason, message: `${subjectOf(found.volume)}: ${message}` };
}
