/**
 * The conditions of a status.
 *
 * @module
 */

import type { ClusterStorageStatus } from "../../lib/cluster_storage/cluster_storage.ts";
import type { ConditionObject } from "../../lib/event/condition.ts";
import { isReason, type Reason } from "../../lib/explain/reasons.ts";

/** A condition of a status. */
export function conditionOf(
  status: ClusterStorageStatus,
  type: string,
): ConditionObject | undefined {
  return status.conditions?.find((condition) => condition.type === type);
}

/** The reason of a condition, where it is a word of the vocabulary. */
export function reasonOf(condition: ConditionObject | undefined): Reason | undefined {
  const reason = condition?.reason ?? "";
  return isReason(reason) ? reason : undefined;
}

/** Conditions that somebody may have to do something about. */
export function notableConditions(conditions: readonly ConditionObject[]): ConditionObject[] {
  return conditions.filter(({ type, status, reason }) =>
    type === "Managed" ? status !== "True" || reason !== "PolicyApplied" : status !== "False"
  );
}
