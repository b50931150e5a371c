/**
 * What kubelets measure of a volume, as a sample, wherever it is read.
 *
 * @module
 */

import { isBytes } from "../../lib/units/bytes.ts";
import type { FileSystemSample } from "../../lib/view/volume.ts";

/**
 * A value that a driver leaves out is told as zero. A file system gives nearly all of its size to files, the
 * reserved share (5 % on ext4) included or not: where used and available make less, and one of them is zero, that
 * one is missing.
 */
const COMPLETE_SHARE = 0.8;

/** A kubelet measures each volume anew within two minutes, its jitter included (`kubernetes.md` A2). */
export const REFRESH_MS_MAX = 120_000;

/** The statistics of one volume. */
export interface VolumeStats {
  readonly capacityBytes: number;
  readonly usedBytes: number;
  readonly availableBytes: number;
  readonly inodes?: number | undefined;
  readonly inodesFree?: number | undefined;
}

/** The sample that statistics make; undefined where something is missing: missing is not zero. */
export function volumeSample(stats: VolumeStats): FileSystemSample | undefined {
  const { capacityBytes, usedBytes, availableBytes, inodes, inodesFree } = stats;
  const totalBytes = usedBytes + availableBytes;
  if (!isBytes(capacityBytes) || !isBytes(usedBytes) || !isBytes(availableBytes)) return undefined;
  if (capacityBytes === 0 || totalBytes === 0 || !isBytes(totalBytes)) return undefined;
  const isPartial = usedBytes === 0 || availableBytes === 0;
  if (isPartial && totalBytes < capacityBytes * COMPLETE_SHARE) return undefined;
  return {
    totalBytes,
    usedBytes,
    availableBytes,
    inodes: inodes === undefined || inodes === 0 || inodesFree === undefined
      ? undefined
      : { total: inodes, available: inodesFree },
    deviceBytes: capacityBytes,
  };
}
