/**
 * One volume's way through an expansion.
 *
 * @module
 */

import type { Action } from "../decide/plan.ts";
import type { Event, ExpansionIntent, Verification, VolumeProgress } from "../event/event.ts";
import type { Reason } from "../explain/reasons.ts";
import { type Bytes, bytes } from "../units/bytes.ts";
import { formatBytes, formatDuration } from "../units/format.ts";
import { after, type Millis, millis, MINUTE, SECOND } from "../units/millis.ts";
import { knownFileSystem } from "../view/select.ts";
import type { Volume } from "../view/volume.ts";
import {
  isContradicted,
  isControllerDone,
  isResizeOver,
  measuredGrowth,
} from "./growth_evidence.ts";
import { obstacleOf } from "./request_obstacle.ts";

/** How long each phase of a resize may take. */
export interface ExpansionTimes {
  /** From the request to the provider's answer. */
  readonly controllerMs: Millis;
  /** From there to the grown file system. */
  readonly fileSystemMs: Millis;
}

/**
 * The external-resizer backs off to five minutes between tries and the kubelet retries a failed node
 * expansion every two: ten minutes let either try at least twice more.
 */
export const DEFAULT_TIMES: ExpansionTimes = {
  controllerMs: millis(10 * MINUTE),
  fileSystemMs: millis(10 * MINUTE),
};

/** How long a measurement may follow Kubernetes' word that the file system has grown. */
const MEASUREMENT_GRACE_MS = 30 * SECOND;

/** Whether an operation may make new requests. */
export type Requests =
  | "allowed"
  /** Paused, or turned into a dry run: what was begun is followed, nothing new is begun. */
  | "held"
  /** No policy stands behind the operation any more: what was not begun is given up. */
  | "withdrawn";

/** What one volume's step may look at besides the volume. */
export interface VolumeContext {
  readonly event: Event;
  readonly intent: ExpansionIntent;
  readonly times: ExpansionTimes;
  readonly nowMs: Millis;
  readonly nudge: boolean;
  /** Whether this volume's turn has come, and what the policy says to new requests. */
  readonly isNext: boolean;
  readonly requests: Requests;
  /** What the Cluster's spec declares: CNPG raises any request below it. */
  readonly declaredBytes?: number | undefined;
}

/** What comes next for one volume. */
export interface VolumeAdvance {
  readonly progress: VolumeProgress;
  readonly actions: readonly Action[];
  readonly wakeAtMs?: Millis | undefined;
}

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
  const obstacle = obstacleOf(volume, intent);
  if (obstacle !== undefined) {
    const { reason, message } = obstacle;
    return { progress: failed(progress, reason, message, nowMs), actions: [] };
  }
  if (Math.max(claim.requestBytes, claim.capacityBytes ?? 0) >= intent.requestedBytes) {
    // The PATCH went through and its record did not, or somebody else asked for as much.
    const requested: VolumeProgress = { ...progress, step: "Requested", requestedAtMs: nowMs };
    return fromRequested(requested, volume, context);
  }
  if (context.requests === "withdrawn") {
    const message = "No policy stands behind this expansion any more";
    return { progress: failed(progress, "NoPolicy", message, nowMs), actions: [] };
  }
  if (context.requests === "held" || !context.isNext) return { progress, actions: [] };
  return {
    progress: withBaseline(progress, volume),
    actions: [requestSize(volume, intent.requestedBytes, false, context)],
  };
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
  { claim }: Volume,
  context: VolumeContext,
): VolumeProgress {
  const { intent, times, nowMs } = context;
  if (claim.requestBytes < intent.requestedBytes) {
    const message = `The request of ${claim.name} was lowered from ` +
      `${formatBytes(intent.requestedBytes)} to ${claim.requestBytes} bytes`;
    return failed(progress, "ResizeInfeasible", message, nowMs);
  }
  const detail = claim.resizeConditions.controllerError ?? "no error was reported";
  const message = `The storage provider did not grow ${claim.name} within ` +
    `${formatDuration(times.controllerMs)}: ${detail}`;
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

/**
 * The provider refuses this size for good: the request goes down to the smallest value that Kubernetes
 * accepts, which is just above the capacity. "Rollback" cannot mean the old size (`kubernetes.md` A1.3).
 */
function infeasible(
  progress: VolumeProgress,
  volume: Volume,
  context: VolumeContext,
): VolumeAdvance {
  const { claim } = volume;
  const detail = claim.resizeConditions.controllerError ?? "no reason was reported";
  const canLower = context.requests === "allowed" && claim.capacityBytes !== undefined &&
    claim.requestBytes > claim.capacityBytes + 1 &&
    claim.capacityBytes < context.intent.limitBytes &&
    (context.declaredBytes ?? 0) <= claim.capacityBytes + 1;
  const lowered = canLower ? bytes((claim.capacityBytes ?? 0) + 1) : undefined;
  const message =
    `The storage provider refuses ${formatBytes(context.intent.requestedBytes)} for ` +
    `${claim.name}: ${detail}. ` +
    (lowered === undefined
      ? "The request stays, because the policy, the Cluster's spec or Kubernetes forbids lowering it"
      : `The request is lowered to ${lowered} bytes, the smallest value above the present size`);
  return {
    progress: failed(progress, "ResizeInfeasible", message, context.nowMs),
    actions: lowered === undefined ? [] : [requestSize(volume, lowered, true, context)],
  };
}

function requestSize(
  volume: Volume,
  toBytes: Bytes,
  lowering: boolean,
  context: VolumeContext,
): Action {
  const { claim } = volume;
  return {
    kind: "request-size",
    eventName: context.event.name,
    instance: volume.instance,
    role: volume.role,
    claimName: claim.name,
    claimUid: claim.uid,
    resourceVersion: claim.resourceVersion,
    capacityBytes: claim.capacityBytes ?? claim.requestBytes,
    toBytes,
    limitBytes: context.intent.limitBytes,
    lowering,
  };
}

/** What to do about a file system that does not grow: exact, and left to a human (PRD Risk 7). */
function fileSystemAdvice(volume: Volume, context: VolumeContext): string {
  const { nodeError, fileSystemResizePending } = volume.claim.resizeConditions;
  const detail = nodeError ??
    (fileSystemResizePending ? "the kubelet has not grown it yet" : "no error was reported");
  const pod = volume.pod?.name ?? volume.instance;
  return `The file system of ${volume.claim.name} did not grow within ` +
    `${
      formatDuration(context.times.fileSystemMs)
    }: ${detail}. If the driver grows file systems only ` +
    `when they are mounted anew, switch over if ${pod} is the primary, then: kubectl delete pod ${pod}`;
}

function failed(
  progress: VolumeProgress,
  reason: Reason,
  message: string,
  nowMs: Millis,
): VolumeProgress {
  return { ...progress, step: "Failed", finishedAtMs: nowMs, failure: { reason, message } };
}
