/**
 * Alerts about a volume that is being helped (PRD Story 4.1: suppression during active remediation).
 *
 * @module
 */

import type { Action, AlertIntent } from "../decide/plan.ts";
import { lockOf } from "../expansion/history.ts";
import type { ClusterView } from "../view/cluster.ts";

/**
 * Whether an alert waits for the operation that is under way for its volume, or that the plan begins. Only a level
 * below `emergency` waits, and only while the operation goes on: during a pause nothing does.
 */
export function isSuppressed(
  intent: AlertIntent,
  view: ClusterView,
  actions: readonly Action[],
): boolean {
  if (intent.passesWithGrowth !== true) return false;
  const volume = view.volumes.find(({ instance, role }) =>
    instance === intent.instance && role === intent.role
  );
  if (volume === undefined) return false;
  const { uid } = volume.claim;
  return lockOf(uid, view.events) !== undefined || actions.some((action) => begins(action, uid));
}

function begins(action: Action, uid: string): boolean {
  return action.kind === "open-event" && action.draft.eventType === "expansion" &&
    !action.draft.dryRun && action.draft.status.volumes.some(({ claimUid }) => claimUid === uid);
}
