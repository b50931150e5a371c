/**
 * Volumes that somebody else grows as well.
 *
 * What is due goes on all the same: nobody shrinks a volume, a resize that is under way is waited for, and to
 * stand back would leave the volume to a grower that knows nothing of WAL, of siblings, or of a pod that has
 * stopped. What two growers do is grow it more than either means to, and past the policy's `maxSize`; so
 * somebody is told (`peers.md` f).
 *
 * @module
 */

import type { Condition } from "../event/event.ts";
import { REASONS } from "../explain/reasons.ts";
import { roleSettings } from "../policy/role_settings.ts";
import type { ClusterView } from "../view/cluster.ts";
import { subjectOf } from "../view/select.ts";
import type { Volume } from "../view/volume.ts";
import type { GovernanceOutcome } from "./governance.ts";
import type { AlertIntent } from "./plan.ts";

/** Whether something else grows volumes of the cluster, and how to leave them to one of both. */
export function otherGrowerCondition({ volumes }: ClusterView): Condition {
  const messages = volumes.flatMap((volume) => messageOf(volume) ?? []);
  if (messages.length === 0) {
    const message = REASONS.SoleGrower;
    return { type: "OtherGrower", status: "False", reason: "SoleGrower", message };
  }
  const message = messages.join("; ");
  return { type: "OtherGrower", status: "True", reason: "OtherGrower", message };
}

/** One for each volume that the policy grows, too. */
export function otherGrowerAlerts(
  { volumes }: ClusterView,
  { stance, settings }: GovernanceOutcome,
): AlertIntent[] {
  if (stance !== "acts") return [];
  return volumes.flatMap((volume): AlertIntent[] => {
    const message = messageOf(volume);
    const { instance, role } = volume;
    if (message === undefined || !roleSettings(settings, role).expansion.enabled) return [];
    return [{ reason: "OtherGrower", severity: "warning", instance, role, message }];
  });
}

function messageOf(volume: Volume): string | undefined {
  const { otherGrower } = volume.claim;
  if (otherGrower === undefined) return undefined;
  const { kind, sign } = otherGrower;
  return `${
    subjectOf(volume)
  }: ${kind} grows PVC ${volume.claim.name} as well (${sign}): take that ` +
    "away, or set expansion.enabled to false in the policy for this role";
}
