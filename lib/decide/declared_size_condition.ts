/**
 * What the Cluster's spec declares, compared with what the volumes have.
 *
 * @module
 */

import type { Condition } from "../event/event.ts";
import { stepFor } from "../expansion/drivers.ts";
import { isOpenExpansion } from "../expansion/history.ts";
import { declaredField, gitOwnerOf } from "../expansion/left_to_git.ts";
import { REASONS } from "../explain/reasons.ts";
import { formatQuantity } from "../units/quantity.ts";
import type { ClusterView, DeclaredSize, GitOwner } from "../view/cluster.ts";
import { roleVolumes } from "../view/select.ts";
import type { AlertIntent } from "./plan.ts";
import { largestSettled } from "./settled_size.ts";

interface Lag {
  readonly declared: DeclaredSize;
  readonly owner: GitOwner | undefined;
  readonly message: string;
}

/** Whether the spec declares less than the volumes have, and what is to be written where. */
export function declaredSizeCondition(view: ClusterView): Condition {
  const lags = lagsOf(view);
  // Git comes first: there somebody has to change a file, or the next sync fails.
  const lag = lags.find(({ owner }) => owner !== undefined) ?? lags[0];
  if (lag === undefined) {
    const message = REASONS.DeclaredSizeFits;
    return { type: "DeclaredSizeBehind", status: "False", reason: "DeclaredSizeFits", message };
  }
  return {
    type: "DeclaredSizeBehind",
    status: "True",
    reason: lag.owner === undefined ? "SpecDeclaresLess" : "GitHoldsSmallerSize",
    message: lags.map(({ message }) => message).join("; "),
  };
}

/** One for each role whose size in Git has fallen behind. */
export function declaredSizeAlerts(view: ClusterView): AlertIntent[] {
  return lagsOf(view)
    .filter(({ owner }) => owner !== undefined)
    .map(({ declared, message }) => ({
      reason: "GitHoldsSmallerSize",
      severity: "warning",
      role: declared.role,
      message,
    }));
}

/** While an operation of a role is under way its spec is behind, and is not done yet. */
function lagsOf(view: ClusterView): Lag[] {
  return view.declaredSizes.flatMap((declared): Lag[] => {
    const isGrowing = view.events.some((event) =>
      isOpenExpansion(event) && event.expansion?.role === declared.role
    );
    const size = largestSettled(roleVolumes(view.volumes, declared.role));
    if (isGrowing || size === undefined || size < leastLag(view, declared)) return [];
    const owner = gitOwnerOf(view, declared.role);
    const [has, wants] = [formatQuantity(declared.sizeBytes), formatQuantity(size)];
    const who = owner === undefined
      ? "The Cluster declares"
      : `Git declares (${owner.fieldManager} applies it)`;
    const where = owner === undefined ? "" : " in Git";
    const field = declaredField(declared);
    const message = `${who} ${field}: ${has}, and the volumes have ${wants}: new replicas start ` +
      `too small. Set ${field} to ${wants}${where}`;
    return [{ declared, owner, message }];
  });
}

/** A step more than is declared: a request that was lowered leaves its volume a byte larger than it was. */
function leastLag({ volumes }: ClusterView, { role, sizeBytes }: DeclaredSize): number {
  const steps = roleVolumes(volumes, role).map(({ storageClass }) =>
    stepFor(storageClass, sizeBytes)
  );
  return sizeBytes + Math.min(...steps);
}
