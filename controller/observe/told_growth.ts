/**
 * When a volume last grew, as StorageEvents tell it.
 *
 * @module
 */

import type { Event } from "../../lib/event/event.ts";
import type { Millis } from "../../lib/units/millis.ts";
import type { CapacityChange } from "./capacity_changes.ts";

/** The present on both clocks. */
export interface Present {
  readonly nowMs: Millis;
  readonly monotonicMs: number;
}

/**
 * The last change of a volume's capacity that an operation has verified, for a process that did not see it happen.
 * Kubelets and Prometheus tell what is minutes old: without this, a process that begins would take a volume for
 * full that another one has just grown, and grow it again.
 *
 * The end of an operation is a stamp of whoever led then. Where that clock was ahead, only samples of a file system
 * that is no larger than before are doubted for longer.
 */
export function toldGrowth(
  claimUid: string,
  events: readonly Event[],
  { nowMs, monotonicMs }: Present,
): CapacityChange | undefined {
  let last: CapacityChange | undefined;
  for (const { dryRun, status } of events) {
    if (dryRun) continue;
    const progress = status.volumes.find((volume) => volume.claimUid === claimUid);
    if (progress?.step !== "Verified" || progress.finishedAtMs === undefined) continue;
    const seenAtMs = monotonicMs - (nowMs - progress.finishedAtMs);
    if (last === undefined || seenAtMs > last.seenAtMs) {
      last = { fromBytes: progress.originalBytes, seenAtMs };
    }
  }
  return last;
}
