/**
 * What somebody should be told. What becomes of it is for `lib/alert` to say.
 *
 * @module
 */

import { capacityPlan } from "../expansion/capacity_plan.ts";
import type { Reason } from "../explain/reasons.ts";
import { roleSettingPath } from "../policy/role_settings.ts";
import { atLeast } from "../threshold/level.ts";
import { formatBytes } from "../units/format.ts";
import type { ClusterView } from "../view/cluster.ts";
import { subjectOf } from "../view/select.ts";
import type { Volume } from "../view/volume.ts";
import { blindAlert } from "./blind.ts";
import { declaredSizeAlerts } from "./declared_size_condition.ts";
import { failureAlerts } from "./failure_alerts.ts";
import type { GovernanceOutcome } from "./governance.ts";
import type { JudgedCluster, JudgedVolume } from "./judge_volumes.ts";
import type { AlertIntent, AlertTopic } from "./plan.ts";
import { otherGrowerAlerts } from "./other_grower_condition.ts";
import type { HeldCandidate, Proposal } from "./propose_expansions.ts";
import { requestAlerts } from "./request_condition.ts";

/** Approaching `maxSize` from this share on is worth a warning (PRD Risk 10). */
const NEAR_LIMIT_SHARE = 0.8;

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
    ...policyAlert(view, governance),
    ...judged.volumes.flatMap(levelAlert),
    ...(governance.stance === "observes" ? [] : [
      ...proposal.held.flatMap((held) => holdAlert(held, proposal)),
      ...judged.volumes.flatMap((volume) => blindAlert(volume, view)),
      ...requestAlerts(view),
      ...otherGrowerAlerts(view, governance),
      ...declaredSizeAlerts(view),
    ]),
    ...nearLimit(judged, governance, proposal),
    ...failureAlerts(view),
  ];
}

/** Its author believes that the policy works. */
function policyAlert({ governance }: ClusterView, { hold }: GovernanceOutcome): AlertIntent[] {
  if (governance.kind !== "invalid" || hold?.reason !== "PolicyInvalid") return [];
  return [{ ...hold, severity: "warning" }];
}

function levelAlert({ volume, judgement }: JudgedVolume): AlertIntent[] {
  const { level, reason, message } = judgement;
  if (level === "unknown" || level === "ok") return [];
  const { instance, role } = volume;
  return [{
    topic: "pressure",
    reason,
    severity: atLeast(level, "critical") ? "critical" : "warning",
    instance,
    role,
    message: `${subjectOf(volume)}: ${message}`,
    passesWithGrowth: !atLeast(level, "emergency"),
  }];
}

function holdAlert({ candidate, hold }: HeldCandidate, proposal: Proposal): AlertIntent[] {
  if (SILENT.includes(hold.reason)) return [];
  if (candidate.isPatient === true && hold.untilMs !== undefined) return [];
  if (hold.reason === "MaxSizeReached" && isAtLimit(candidate.volume, proposal)) return [];
  const { instance, role } = candidate.volume;
  const message = `${subjectOf(candidate.volume)} should grow and may not: ${hold.message}`;
  const severity = candidate.urgency === "routine" ? "warning" : "critical";
  // A user's request that is held has an incident of its own: it must not hide what holds the volume besides.
  const topic: AlertTopic = candidate.manualRequestedAt === undefined ? "held" : "request";
  return [{ topic, reason: hold.reason, severity, instance, role, message }];
}

/** Whether a volume is at the policy's limit, of which its size alone tells. */
function isAtLimit({ role, claim }: Volume, { limits }: Proposal): boolean {
  const limit = limits.get(role);
  return limit?.origin === "maxSize" && (claim.capacityBytes ?? 0) >= limit.limitBytes;
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
    const atLimit = isAtLimit(volume, proposal);
    const reason: Reason = atLimit ? "MaxSizeReached" : "MaxSizeNear";
    const path = roleSettingPath(policy, role, "expansion.maxSize");
    const message = `${subjectOf(volume)} has ${formatBytes(size)} of the maxSize ` +
      `${formatBytes(limit.limitBytes)}: raise ${path}, or free space; ${capacityPlan(volume)}`;
    const severity = atLimit ? "critical" : "warning";
    return [{ topic: "size-limit", reason, severity, instance, role, message }];
  });
}
