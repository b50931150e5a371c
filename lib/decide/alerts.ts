/**
 * What somebody should be told; delivery, deduplication and escalation are not decided here.
 *
 * @module
 */

import type { Event } from "../event/event.ts";
import type { Reason } from "../explain/reasons.ts";
import { roleSettingPath } from "../policy/role_settings.ts";
import { atLeast } from "../threshold/level.ts";
import { formatBytes } from "../units/format.ts";
import { after, HOUR } from "../units/millis.ts";
import type { ClusterView } from "../view/cluster.ts";
import { subjectOf } from "../view/select.ts";
import { blindAlert } from "./blind.ts";
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

function holdAlert({ candidate, hold }: HeldCandidate): AlertIntent[] {
  if (SILENT.includes(hold.reason)) return [];
  if (candidate.isPatient === true && hold.untilMs !== undefined) return [];
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
