/**
 * The conditions of a ClusterStorage.
 *
 * @module
 */

import { isOpenExpansion } from "../expansion/history.ts";
import type { Condition } from "../event/event.ts";
import { type Reason, REASONS } from "../explain/reasons.ts";
import type { ClusterView } from "../view/cluster.ts";
import { subjectOf } from "../view/select.ts";
import type { GovernanceOutcome } from "./governance.ts";
import type { JudgedCluster } from "./judge_volumes.ts";
import { isAnyOf } from "./reason_sets.ts";
import type { HeldCandidate, Proposal } from "./propose_expansions.ts";

/** Reasons for which a volume cannot grow whatever the policy says. */
const NOT_EXPANDABLE: readonly Reason[] = [
  "SharedDisk",
  "StorageClassFixed",
  "StorageClassUnknown",
  "DriverOfflineOnly",
  "BlockVolume",
];

/** What is true of a cluster, one condition for each thing that somebody may wait for or be told of. */
export function conditionsOf(
  view: ClusterView,
  governance: GovernanceOutcome,
  judged: JudgedCluster,
  proposal: Proposal,
): Condition[] {
  return [
    managed(view, governance),
    blind(judged),
    expanding(view),
    notExpandable(view, proposal),
    ofHeld("LimitReached", proposal.held.find(isAnyOf(["MaxSizeReached"])), "BelowMaxSize"),
    ofHeld("CircuitBreakerOpen", proposal.held.find(isAnyOf(["BreakerOpen"])), "BreakerClosed"),
  ];
}

function managed(view: ClusterView, { stance, hold }: GovernanceOutcome): Condition {
  if (hold !== undefined) {
    const status = stance === "records" ? "True" : "False";
    return { type: "Managed", status, ...hold };
  }
  const policy = view.governance.kind === "policy" ? view.governance.policyName : "";
  const message = `Managed by StoragePolicy ${policy}`;
  return { type: "Managed", status: "True", reason: "PolicyApplied", message };
}

function blind(judged: JudgedCluster): Condition {
  const unknown = judged.volumes.filter(({ judgement }) => judgement.level === "unknown");
  if (unknown.length === 0) {
    const message = `${judged.volumes.length} volumes are measured`;
    return { type: "Blind", status: "False", reason: "AllVolumesKnown", message };
  }
  const names = unknown
    .map(({ volume, judgement }) => `${subjectOf(volume)} (${judgement.reason})`)
    .join(", ");
  return { type: "Blind", status: "True", reason: "SomeVolumesUnknown", message: names };
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

/** A volume on a shared disk is never a candidate, because what was measured is not its own. */
function notExpandable(view: ClusterView, { held }: Proposal): Condition {
  for (const volume of view.volumes) {
    const { fileSystem } = volume;
    if (fileSystem.kind !== "unknown" || fileSystem.reason !== "SharedDisk") continue;
    const message = `${subjectOf(volume)}: ${fileSystem.message}`;
    return { type: "NotExpandable", status: "True", reason: "SharedDisk", message };
  }
  return ofHeld("NotExpandable", held.find(isAnyOf(NOT_EXPANDABLE)), "Expandable");
}

function ofHeld(type: string, held: HeldCandidate | undefined, otherwise: Reason): Condition {
  if (held === undefined) {
    return { type, status: "False", reason: otherwise, message: REASONS[otherwise] };
  }
  const { reason, message } = held.hold;
  const subject = subjectOf(held.candidate.volume);
  return { type, status: "True", reason, message: `${subject}: ${message}` };
}
