/**
 * What makes it wrong to ask for a size that was decided on earlier.
 *
 * @module
 */

import type { ExpansionIntent } from "../event/event.ts";
import { formatBytes } from "../units/format.ts";
import type { Volume } from "../view/volume.ts";
import type { Hold } from "./preflight.ts";

/** What makes a request pointless or wrong: `act` would refuse it each time, and the operation never end. */
export function obstacleOf(
  { claim }: Volume,
  intent: ExpansionIntent,
): Hold | undefined {
  if (claim.deleting) {
    return { reason: "ClaimDeleting", message: `PVC ${claim.name} is being deleted` };
  }
  if (claim.capacityBytes === undefined) {
    return { reason: "ClaimNotBound", message: `PVC ${claim.name} has no capacity` };
  }
  if (intent.requestedBytes <= intent.limitBytes) return undefined;
  const message = `${formatBytes(intent.requestedBytes)} is above the limit of ` +
    formatBytes(intent.limitBytes);
  return { reason: "MaxSizeReached", message };
}
