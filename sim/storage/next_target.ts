/**
 * What size external-resizer works towards.
 *
 * @module
 */

import type { ClaimResize } from "./claim_resize.ts";

/**
 * The size that the disk is to be made for now; undefined while there is nothing to do for the control plane.
 * This is how a request that was lowered is recovered from (`expand_and_recover.go`, `kubernetes.md` A1.3).
 *
 * @param volumeBytes What the PersistentVolume says.
 * @param failedForGood Whether the driver's last answer was final: then a lowered request is taken up at once.
 */
export function nextTarget(
  resize: ClaimResize,
  volumeBytes: number,
  failedForGood: boolean,
): number | undefined {
  const { bound, requestBytes, capacityBytes, allocatedBytes = requestBytes, status } = resize;
  if (!bound) return undefined;
  const isSmaller = volumeBytes < requestBytes;
  switch (status) {
    case "NodeResizePending":
    case "NodeResizeInProgress":
      return undefined;
    case "NodeResizeInfeasible":
      return allocatedBytes;
    case "ControllerResizeInfeasible":
      return isSmaller ? requestBytes : allocatedBytes;
    case "ControllerResizeInProgress":
      return isSmaller && failedForGood ? requestBytes : allocatedBytes;
    default:
      return requestBytes > capacityBytes ? requestBytes : undefined;
  }
}
