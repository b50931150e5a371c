/**
 * Volumes that are smaller than their siblings: a replica that was made from a spec that lags behind, or that
 * was passed over when the others grew.
 *
 * @module
 */

import type { Event } from "../event/event.ts";
import { wasRefused } from "../expansion/advance.ts";
import { stepFor } from "../expansion/drivers.ts";
import { lockOf } from "../expansion/history.ts";
import type { Bytes } from "../units/bytes.ts";
import { formatBytes } from "../units/format.ts";
import type { ClusterView } from "../view/cluster.ts";
import type { Role } from "../view/role.ts";
import { roleVolumes } from "../view/select.ts";
import type { Volume } from "../view/volume.ts";
import type { Candidate } from "./candidates.ts";
import { largestSettled } from "./settled_size.ts";

/**
 * The first volume of a role that its siblings have outgrown, with the others that have been. It may be
 * unmeasured: such a volume triggers nothing, and yet follows what its siblings were given (DESIGN §4). One
 * without a running pod is still being made, and one that was refused the size is not asked for it again.
 */
export function followingCandidate(view: ClusterView, role: Role): Candidate | undefined {
  const siblings = roleVolumes(view.volumes, role);
  const largest = largestSettled(siblings);
  if (largest === undefined) return undefined;
  const [volume, ...followers] = siblings.filter((sibling) =>
    isBehind(sibling, largest) && isFree(sibling, largest, view.events)
  );
  if (volume === undefined) return undefined;
  const size = volume.claim.capacityBytes ?? volume.claim.requestBytes;
  return {
    volume,
    urgency: "routine",
    trigger: "threshold-breach",
    reason: "SiblingsLarger",
    message: `It has ${formatBytes(size)}, and a sibling has ${formatBytes(largest)}`,
    wantedBytes: largest,
    followers,
    isPatient: true,
  };
}

/** By a step at least: a request that was lowered leaves its volume a byte larger than it was. */
function isBehind({ claim, pod, storageClass }: Volume, largest: Bytes): boolean {
  const { capacityBytes, requestBytes } = claim;
  return pod?.running === true && !claim.deleting && claim.phase === "Bound" &&
    capacityBytes !== undefined &&
    Math.max(capacityBytes, requestBytes) + stepFor(storageClass, capacityBytes) <= largest;
}

function isFree({ claim }: Volume, largest: Bytes, events: readonly Event[]): boolean {
  if (lockOf(claim.uid, events) !== undefined) return false;
  return !events.some(({ expansion, dryRun, status }) =>
    !dryRun && expansion !== undefined && expansion.requestedBytes <= largest &&
    status.volumes.some((progress) => progress.claimUid === claim.uid && wasRefused(progress))
  );
}
