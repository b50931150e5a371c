/**
 * One volume's way through an expansion.
 *
 * @module
 */

import type { Verification, VolumeProgress } from "../event/event.ts";
import { formatBytes, formatDuration } from "../units/format.ts";
import { after, SECOND } from "../units/millis.ts";
import { knownFileSystem } from "../view/select.ts";
import type { Volume } from "../view/volume.ts";
import { fileSystemAdvice, providerAdvice } from "./advice.ts";
import {
  isContradicted,
  isControllerDone,
  isResizeOver,
  measuredGrowth,
} from "./growth_evidence.ts";
import { infeasible } from "./infeasible.ts";
import { claimObstacleOf, endBeforeRequest, requestObstacleOf } from "./request_obstacle.ts";
import { failed, requestSize, type VolumeAdvance, type VolumeContext } from "./volume_context.ts";

/** How long a measurement may follow Kubernetes' word that the file system has grown. */
const MEASUREMENT_GRACE_MS = 30 * SECOND;

/** Derives the next step of one volume from what is observed of it. */
export function advanceVolume(
  progress: VolumeProgress,
  volume: Volume | undefined,
  context: VolumeContext,
): VolumeAdvance {
  if (progress.step === "Verified" || progress.step === "Failed") return { progress, actions: [] };
  if (volume === undefined) {
    const message = `PVC ${progress.claimName} no longer exists`;
    return { progress: failed(progress, "ClaimVanished", message, context.nowMs), actions: [] };
  }
  switch (progress.step) {
    case "Queued":
      return fromQueued(progress, volume, context);
    case "Requested":
      return fromRequested(progress, volume, context);
    case "ControllerResized":
      return fromControllerResized(progress, volume, context);
  }
}

function fromQueued(
  progress: VolumeProgress,
  volume: Volume,
  context: VolumeContext,
): VolumeAdvance {
  const { intent, nowMs } = context;
  const { claim } = volume;
  const claimObstacle = claimObstacleOf(volume);
  if (claimObstacle !== undefined) {
    const { reason, message } = claimObstacle;
    return { progress: failed(progress, reason, message, nowMs), actions: [] };
  }
  if (Math.max(claim.requestBytes, claim.capacityBytes ?? 0) >= intent.requestedBytes) {
    // The PATCH went through and its record did not, or somebody else asked for as much.
    const requested: VolumeProgress = { ...progress, step: "Requested", requestedAtMs: nowMs };
    return fromRequested(requested, volume, context);
  }
  const end = endBeforeRequest(context);
  if (end !== undefined) {
    return { progress: failed(progress, end.reason, end.message, nowMs), actions: [] };
  }
  if (context.requests === "held" || !context.isNext) return { progress, actions: [] };
  const obstacle = requestObstacleOf(volume, context);
  switch (obstacle.kind) {
    case "waits":
      return { progress, actions: [], wakeAtMs: obstacle.untilMs };
    case "ends":
      return {
        progress: failed(progress, obstacle.hold.reason, obstacle.hold.message, nowMs),
        actions: [],
      };
    case "none":
      return {
        progress: withBaseline(progress, volume),
        actions: [requestSize(volume, intent.requestedBytes, false, context)],
      };
  }
}

/** The last moment at which the size before can be measured, where it was unknown when the operation began. */
function withBaseline(progress: VolumeProgress, volume: Volume): VolumeProgress {
  const sample = knownFileSystem(volume);
  if (progress.fileSystemBytesBefore !== undefined || sample === undefined) return progress;
  return { ...progress, fileSystemBytesBefore: sample.deviceBytes };
}

function fromRequested(
  progress: VolumeProgress,
  volume: Volume,
  context: VolumeContext,
): VolumeAdvance {
  const { claim } = volume;
  const grown = measuredGrowth(progress, volume, context.intent.requestedBytes);
  if (grown !== undefined) return verified(progress, grown, context);
  if (claim.resizeStatus === "ControllerResizeInfeasible") {
    // Lowering the request is a request too: it waits for the end of a pause.
    if (context.requests === "held") return { progress, actions: [] };
    return infeasible(progress, volume, context);
  }
  if (isControllerDone(volume, context.intent.requestedBytes)) {
    const resized: VolumeProgress = {
      ...progress,
      step: "ControllerResized",
      controllerResizedAtMs: context.nowMs,
    };
    return fromControllerResized(resized, volume, context);
  }
  const requestedAtMs = progress.requestedAtMs ?? context.event.createdAtMs;
  const deadlineMs = after(requestedAtMs, context.times.controllerMs);
  if (context.nowMs < deadlineMs) return { progress, actions: [], wakeAtMs: deadlineMs };
  return { progress: overdue(progress, volume, context), actions: [] };
}

/** The provider's time is up. A request that was lowered meanwhile asks for another size than this. */
function overdue(
  progress: VolumeProgress,
  volume: Volume,
  context: VolumeContext,
): VolumeProgress {
  const { claim } = volume;
  const { intent, times, nowMs } = context;
  if (claim.requestBytes < intent.requestedBytes) {
    const message = `The request of ${claim.name} was lowered from ` +
      `${formatBytes(intent.requestedBytes)} to ${claim.requestBytes} bytes`;
    return failed(progress, "ResizeInfeasible", message, nowMs);
  }
  const detail = claim.resizeConditions.controllerError ?? "no error was reported";
  const message = `The storage provider did not grow ${claim.name} within ` +
    `${formatDuration(times.controllerMs)}: ${detail}. ${providerAdvice(volume, context)}`;
  return failed(progress, "ControllerDeadline", message, nowMs);
}

function fromControllerResized(
  progress: VolumeProgress,
  volume: Volume,
  context: VolumeContext,
): VolumeAdvance {
  const grown = measuredGrowth(progress, volume, context.intent.requestedBytes);
  if (grown !== undefined) return verified(progress, grown, context);
  const resizedAtMs = progress.controllerResizedAtMs ?? context.event.createdAtMs;
  const isDone = isResizeOver(volume, context.intent.requestedBytes);
  if (isDone && !isContradicted(progress, volume)) {
    const graceEndMs = after(resizedAtMs, MEASUREMENT_GRACE_MS);
    if (context.nowMs >= graceEndMs) return verified(progress, "kubernetes", context);
    return { progress, actions: [], wakeAtMs: graceEndMs };
  }
  const deadlineMs = after(resizedAtMs, context.times.fileSystemMs);
  if (context.nowMs >= deadlineMs) {
    const message = fileSystemAdvice(volume, context);
    return {
      progress: failed(progress, "FileSystemDeadline", message, context.nowMs),
      actions: [],
    };
  }
  const mayNudge = context.nudge && context.requests === "allowed" &&
    progress.nudgedAtMs === undefined;
  if (isDone || !mayNudge || !volume.pod?.running) {
    return { progress, actions: [], wakeAtMs: deadlineMs };
  }
  return {
    progress: { ...progress, nudgedAtMs: context.nowMs },
    actions: [{
      kind: "nudge-pod",
      eventName: context.event.name,
      claimName: volume.claim.name,
      podName: volume.pod.name,
      podUid: volume.pod.uid,
    }],
    wakeAtMs: deadlineMs,
  };
}

function verified(
  progress: VolumeProgress,
  verifiedBy: Verification,
  context: VolumeContext,
): VolumeAdvance {
  return {
    progress: {
      ...progress,
      step: "Verified",
      finishedAtMs: context.nowMs,
      newBytes: context.intent.requestedBytes,
      verifiedBy,
    },
    actions: [],
  };
}
