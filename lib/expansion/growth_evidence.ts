/**
 * What tells that a volume has grown, and how far.
 *
 * @module
 */

import type { Verification, VolumeProgress } from "../event/event.ts";
import type { Bytes } from "../units/bytes.ts";
import type { Volume } from "../view/volume.ts";

/** The provider has done its part: what remains is the node's. */
export function isControllerDone(volume: Volume, targetBytes: Bytes): boolean {
  const { claim } = volume;
  return claim.resizeConditions.fileSystemResizePending ||
    claim.resizeStatus === "NodeResizePending" || claim.resizeStatus === "NodeResizeInProgress" ||
    claim.resizeStatus === "NodeResizeInfeasible" || isResizeOver(volume, targetBytes);
}

/** Kubernetes says that the whole resize is over (`kubernetes.md` A1.4, "Done"). */
export function isResizeOver(volume: Volume, targetBytes: Bytes): boolean {
  const { claim } = volume;
  return (claim.capacityBytes ?? 0) >= targetBytes && claim.resizeStatus === "none" &&
    !claim.resizeConditions.resizing && !claim.resizeConditions.fileSystemResizePending;
}

/**
 * Whether a measurement taken after the request shows a larger file system than before, on a volume that has
 * the size: a file system may also grow because of somebody else's smaller request. Equality with the request
 * is never expected: file systems keep up to an eighth for themselves (`cnpg.md` §14).
 */
export function measuredGrowth(
  progress: VolumeProgress,
  volume: Volume,
  targetBytes: Bytes,
): Verification | undefined {
  const { fileSystem } = volume;
  if ((volume.claim.capacityBytes ?? 0) < targetBytes) return undefined;
  if (fileSystem.kind === "unknown" || progress.fileSystemBytesBefore === undefined) {
    return undefined;
  }
  if (fileSystem.observedAtMs < (progress.requestedAtMs ?? Infinity)) return undefined;
  if (fileSystem.value.deviceBytes <= progress.fileSystemBytesBefore) return undefined;
  return fileSystem.source === "agent" ? "statfs" : "kubelet";
}

/** A measurement newer than the resize says that the file system has not grown. */
export function isContradicted(progress: VolumeProgress, volume: Volume): boolean {
  const { fileSystem } = volume;
  if (fileSystem.kind === "unknown" || progress.fileSystemBytesBefore === undefined) return false;
  return fileSystem.observedAtMs > (progress.controllerResizedAtMs ?? Infinity) &&
    fileSystem.value.deviceBytes <= progress.fileSystemBytesBefore;
}
