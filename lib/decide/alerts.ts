/**
 * What somebody should be told; delivery, deduplication and escalation are not decided here.
 *
 * @module
 */

import type { Event } from "../event/event.ts";
import { lockOf } from "../expansion/history.ts";
import type { Reason } from "../explain/reasons.ts";
import { roleSettingPath } from "../policy/role_settings.ts";
import { atLeast } from "../threshold/level.ts";
import { formatBytes } from "../units/format.ts";
import { after, HOUR } from "../units/millis.ts";
import type { ClusterView } from "../view/cluster.ts";
import { subjectOf } from "../view/select.ts";
import type { GovernanceOutcome } from "./governance.ts";
import type { JudgedCluster, JudgedVolume } from "./judge_volumes.ts";
import type { AlertIntent } from "./plan.ts";
import type { HeldCandidate, Proposal } from "./propose_expansions.ts";

/** Approaching `maxSize` from this share on is worth a warning (PRD Risk 10). */
const NEAR_LIMIT_SHARE = 0.8;

/** A failed expansion is told for an hour: longer than any cooldown of a notification, shorter than a shift. */
const FAILURE_TOLD_MS = HOUR;

/** Holds that are part of an operation or end by themselves within moments: nobody needs to be told. */
const SILENT: readonly Reason[] = ["VolumeLocked", "RetryBackoff", "DryRun", "FirstSizeUnknown"];

/** Reasons for which a volume is unknown that somebody has to look into. */
const LOST_SIGHT: readonly Reason[] = ["StaleSample", "AgentUnreadable"];

/** Everything worth telling about a cluster at this instant. */
export function alertsOf(
  view: ClusterView,
  governance: GovernanceOutcome,
  judged: JudgedCluster,
  proposal: Proposal,
): AlertIntent[] {
  return [
    ...judged.volumes.flatMap(levelAlert),
    ...(governance.stance === "observes" ? [] : [
      ...proposal.held.flatMap(holdAlert),
      ...judged.volumes.flatMap((volume) => blindAlert(volume, view)),
    ]),
    ...nearLimit(judged, governance, proposal),
    ...view.events.filter((event) => isRecentFailure(event, view)).flatMap(failureAlert),
  ];
}

function levelAlert({ volume, judgement }: JudgedVolume): AlertIntent[] {
  const { level, reason, message } = judgement;
  if (level === "unknown" || level === "ok") return [];
  const { instance, role } = volume;
  const severity = atLeast(level, "critical") ? "critical" : "warning";
  return [{ reason, severity, instance, role, message: `${subjectOf(volume)}: ${message}` }];
}

/**
 * Nobody watches a volume that nobody measures. A volume without any report yet is not told of: every pod, every
 * agent and every controller begins so, and a view does not say when. The same goes for one without a running
 * pod and for one in an operation, whose samples are of another size for a while.
 */
function blindAlert({ volume, judgement }: JudgedVolume, view: ClusterView): AlertIntent[] {
  if (judgement.level !== "unknown" || !LOST_SIGHT.includes(judgement.reason)) return [];
  if (volume.pod?.running !== true || lockOf(volume.claim.uid, view.events) !== undefined) {
    return [];
  }
  const { instance, role } = volume;
  const message = `${subjectOf(volume)} is not measured any more: ${judgement.message}`;
  return [{ reason: "SomeVolumesUnknown", severity: "warning", instance, role, message }];
}

function holdAlert({ candidate, hold }: HeldCandidate): AlertIntent[] {
  if (SILENT.includes(hold.reason)) return [];
  const { instance, role } = candidate.volume;
  const message = `${subjectOf(candidate.volume)} should grow and may not: ${hold.message}`;
  const severity = candidate.urgency === "routine" ? "warning" : "critical";
  return [{ reason: hold.reason, severity, instance, role, message }];
}

function nearLimit(
  judged: JudgedCluster,
  { policy }: GovernanceOutcome,
  proposal: Proposal,
): AlertIntent[] {
  return judged.volumes.flatMap(({ volume }): AlertIntent[] => {
    const limit = proposal.limits.get(volume.role);
    const size = volume.claim.capacityBytes;
    if (limit === undefined || size === undefined || limit.origin !== "maxSize") return [];
    if (size < limit.limitBytes * NEAR_LIMIT_SHARE) return [];
    const { instance, role } = volume;
    const atLimit = size >= limit.limitBytes;
    const reason: Reason = atLimit ? "MaxSizeReached" : "MaxSizeNear";
    const path = roleSettingPath(policy, role, "expansion.maxSize");
    const message = `${subjectOf(volume)} has ${formatBytes(size)} of the maxSize ` +
      `${formatBytes(limit.limitBytes)}: raise ${path}, or free space`;
    return [{ reason, severity: atLimit ? "critical" : "warning", instance, role, message }];
  });
}

function isRecentFailure(event: Event, view: ClusterView): boolean {
  const { completedAtMs, conditions } = event.status;
  return event.eventType === "expansion" && !event.dryRun && completedAtMs !== undefined &&
    after(completedAtMs, FAILURE_TOLD_MS) > view.nowMs &&
    conditions.some(({ type, status }) => type === "Complete" && status === "False");
}

function failureAlert(event: Event): AlertIntent[] {
  return event.status.conditions
    .filter(({ type }) => type === "Complete")
    .map(({ reason, message }): AlertIntent => ({
      reason,
      severity: "critical",
      role: event.expansion?.role,
      message: `StorageEvent ${event.name}: ${message}`,
    }));
}
