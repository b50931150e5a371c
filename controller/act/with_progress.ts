/**
 * The steps of an operation that `act` itself records, as functions of the status before.
 *
 * @module
 */

import type { EventStatus, VolumeProgress, WriteBack } from "../../lib/event/event.ts";
import type { Reason } from "../../lib/explain/reasons.ts";
import type { Millis } from "../../lib/units/millis.ts";

/** The claim asks for the size: `Queued` becomes `Requested`. Later steps stay as they are. */
export function withRequested(
  status: EventStatus,
  claimName: string,
  nowMs: Millis,
): EventStatus {
  const started: EventStatus = {
    ...status,
    phase: status.phase === "Pending" ? "InProgress" : status.phase,
    startedAtMs: status.startedAtMs ?? nowMs,
  };
  return withVolume(
    started,
    claimName,
    (volume) =>
      volume.step === "Queued" ? { ...volume, step: "Requested", requestedAtMs: nowMs } : volume,
  );
}

/** The request was refused for good. What has grown stays grown: a verified volume cannot fail any more. */
export function withFailed(
  status: EventStatus,
  claimName: string,
  failure: { readonly reason: Reason; readonly message: string },
  nowMs: Millis,
): EventStatus {
  return withVolume(
    status,
    claimName,
    (volume) =>
      volume.step === "Verified" || volume.step === "Failed"
        ? volume
        : { ...volume, step: "Failed", finishedAtMs: nowMs, failure },
  );
}

/** When the pod was annotated; absent: it was not, and should be again. */
export function withNudged(
  status: EventStatus,
  claimName: string,
  nudgedAtMs: Millis | undefined,
): EventStatus {
  return withVolume(status, claimName, (volume) => ({ ...volume, nudgedAtMs }));
}

/** How far the size in the Cluster's spec is. */
export function withWriteBack(status: EventStatus, writeBack: WriteBack): EventStatus {
  return { ...status, writeBack };
}

function withVolume(
  status: EventStatus,
  claimName: string,
  change: (volume: VolumeProgress) => VolumeProgress,
): EventStatus {
  return {
    ...status,
    volumes: status.volumes.map((volume) =>
      volume.claimName === claimName ? change(volume) : volume
    ),
  };
}
