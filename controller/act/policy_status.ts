/**
 * Writes the status of a StoragePolicy (PRD StoragePolicy `status`).
 *
 * @module
 */

import { type ConditionObject, conditionObjects } from "../../lib/event/condition.ts";
import type { Condition } from "../../lib/event/event.ts";
import type { PolicyAssignment } from "../../lib/policy/overlap.ts";
import type { StoragePolicy, StoragePolicyStatus } from "../../lib/policy/storage_policy.ts";
import { type Millis, millis } from "../../lib/units/millis.ts";
import { formatTimestamp } from "../../lib/units/timestamp.ts";
import { STORAGE_POLICIES } from "../observe/resources.ts";
import { type Attempt, attempt, during } from "./failure.ts";
import { isSameJson } from "./json.ts";
import type { Effect } from "./outcome.ts";
import type { ActDependencies } from "./ports.ts";
import { statusPatch } from "./status_patch.ts";
import { createWriter } from "./writer.ts";

/** Conflicts that a message names one by one; more of them are counted. */
const CONFLICTS_NAMED_MAX = 10;

/** What was found out about a policy. */
export interface PolicyFindings {
  readonly assignment: Pick<PolicyAssignment, "managedClusters" | "conflicts">;
  /** What is wrong with the settings, where something is: the policy is then not acted on. */
  readonly problem?: string | undefined;
}

/** Writes the status of a policy when anything but its time has changed. Never rejects. */
export type PolicyStatusWriter = (
  policy: StoragePolicy,
  findings: PolicyFindings,
  signal: AbortSignal,
) => Promise<Attempt>;

/** Creates the writer of policies' statuses. */
export function createPolicyStatusWriter(
  dependencies: Pick<ActDependencies, "api" | "clock" | "fold" | "mayWrite">,
): PolicyStatusWriter {
  return function writePolicyStatus(policy, findings, signal): Promise<Attempt> {
    const writer = createWriter(dependencies, signal);
    return attempt(async (): Promise<Effect> => {
      const { namespace, name, resourceVersion } = policy;
      const status = policyStatus(policy, findings, millis(dependencies.clock.now()));
      if (isSameEvaluation(policy.status, status)) return "already";
      await during(
        `writing the status of StoragePolicy ${namespace}/${name}`,
        () =>
          writer.patch(
            STORAGE_POLICIES,
            { namespace, name },
            statusPatch(resourceVersion, status),
            { subresource: "status" },
          ),
      );
      return "written";
    });
  };
}

/** The status as it would be written now. */
export function policyStatus(
  policy: Pick<StoragePolicy, "generation" | "status">,
  findings: PolicyFindings,
  nowMs: Millis,
): StoragePolicyStatus {
  return {
    conditions: conditionObjects([active(findings), conflicting(findings)], {
      previous: policy.status.conditions ?? [],
      nowMs,
      observedGeneration: policy.generation,
    }),
    managedClusters: findings.assignment.managedClusters.length,
    lastEvaluated: formatTimestamp(nowMs),
    observedGeneration: policy.generation,
  };
}

/** Whether two statuses say the same, whenever they say it. */
function isSameEvaluation(first: StoragePolicyStatus, second: StoragePolicyStatus): boolean {
  return isSameJson(timeless(first), timeless(second));
}

function timeless(status: StoragePolicyStatus): unknown {
  const { lastEvaluated: _, conditions = [], ...rest } = status;
  return { ...rest, conditions: conditions.map(timelessCondition) };
}

function timelessCondition(condition: ConditionObject): unknown {
  const { lastTransitionTime: _, ...rest } = condition;
  return rest;
}

function active({ assignment, problem }: PolicyFindings): Condition {
  if (problem !== undefined) {
    return { type: "Active", status: "False", reason: "PolicyInvalid", message: problem };
  }
  const count = assignment.managedClusters.length;
  const message = `The policy governs ${count} ${count === 1 ? "cluster" : "clusters"}`;
  return { type: "Active", status: "True", reason: "PolicyApplied", message };
}

function conflicting({ assignment: { conflicts } }: PolicyFindings): Condition {
  const type = "Conflicting";
  if (conflicts.length === 0) {
    const message = "No other policy holds a cluster that this one selects";
    return { type, status: "False", reason: "NoConflict", message };
  }
  const named = conflicts.slice(0, CONFLICTS_NAMED_MAX)
    .map(({ clusterName, winner }) => `${clusterName} by ${winner}`);
  const more = conflicts.length - named.length;
  const message = `Selected here and held by another policy: ${named.join(", ")}` +
    (more === 0 ? "" : `, and ${more} more`);
  return { type, status: "True", reason: "PolicyConflict", message };
}
