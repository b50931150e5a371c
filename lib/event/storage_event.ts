/**
 * StorageEvents as objects of the API server: writing them and reading them back without loss.
 *
 * @module
 */

import { GROUP_VERSION } from "../policy/api_group.ts";
import { formatQuantity } from "../units/quantity.ts";
import { formatTimestamp } from "../units/timestamp.ts";
import type { Millis } from "../units/millis.ts";
import type { Role } from "../view/role.ts";
import {
  type ClusterOwnerReference,
  clusterOwnerReference,
  type OwningCluster,
} from "./cluster_owner.ts";
import { alertSpecOf, alertStatusOf } from "./alert_fields.ts";
import { breakerSpecOf, breakerStatusOf } from "./breaker_fields.ts";
import { type ConditionObject, conditionObjects } from "./condition.ts";
import type {
  EventDraft,
  EventPhase,
  EventStatus,
  ExpansionIntent,
  VolumeProgress,
  VolumeStep,
} from "./event.ts";
import { storageEventLabels } from "./storage_event_name.ts";
import type { AffectedClaim, StorageEventSpec } from "./storage_event_spec.ts";
import type { ClaimStatus, StorageEventStatus } from "./storage_event_status.ts";
import { clip, optional } from "./write_fields.ts";

/** `kind` of StorageEvents. */
export const STORAGE_EVENT_KIND = "StorageEvent";

/** A StorageEvent as it is created; its status is written afterwards, through the subresource. */
export type StorageEventObject = {
  readonly apiVersion: typeof GROUP_VERSION;
  readonly kind: typeof STORAGE_EVENT_KIND;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Record<string, string>;
    readonly ownerReferences: readonly ClusterOwnerReference[];
  };
  readonly spec: StorageEventSpec;
};

/**
 * The object to create for a draft. A crash before the status is written costs nothing of an expansion: its
 * initial status can be read from the spec.
 */
export function storageEventObject(
  draft: EventDraft,
  { cluster, name }: { readonly cluster: OwningCluster; readonly name: string },
): StorageEventObject {
  return {
    apiVersion: GROUP_VERSION,
    kind: STORAGE_EVENT_KIND,
    metadata: {
      name,
      namespace: cluster.namespace,
      labels: storageEventLabels(cluster.name, draft.eventType),
      ownerReferences: [clusterOwnerReference(cluster)],
    },
    spec: specOf(draft, cluster),
  };
}

/**
 * The status to write. `previous` are the conditions that the object has now, so that a condition that did not
 * change keeps its time.
 */
export function storageEventStatus(
  status: EventStatus,
  previous: readonly ConditionObject[],
  nowMs: Millis,
): StorageEventStatus {
  const { phase, startedAtMs, completedAtMs, volumes, writeBack, conditions, retry } = status;
  return {
    phase,
    ...optional("startTime", startedAtMs, formatTimestamp),
    ...optional("completionTime", completedAtMs, formatTimestamp),
    pvcStatuses: volumes.map(claimStatusOf),
    // An empty message replaces an earlier one; a merge patch would keep what is left out.
    writeBack: {
      state: writeBack.state,
      message: writeBack.state === "failed" ? clip(writeBack.message) : "",
    },
    conditions: conditionObjects(conditions, { previous, nowMs }),
    ...optional("retryCount", retry, ({ count }) => count),
    nextRetryTime: retry?.nextAtMs === undefined ? null : formatTimestamp(retry.nextAtMs),
    ...optional("alert", status.alert, alertStatusOf),
    ...optional("circuitBreaker", status.breaker, breakerStatusOf),
  };
}

/** The PRD's phase of a volume. */
export function phaseOfStep(step: VolumeStep): EventPhase {
  switch (step) {
    case "Queued":
      return "Pending";
    case "Requested":
    case "ControllerResized":
      return "InProgress";
    case "Verified":
      return "Completed";
    case "Failed":
      return "Failed";
  }
}

function specOf(draft: EventDraft, cluster: OwningCluster): StorageEventSpec {
  const { eventType, trigger, dryRun, reason, message, expansion, walCleanup } = draft;
  return {
    clusterRef: { name: cluster.name, namespace: cluster.namespace },
    eventType,
    trigger,
    dryRun,
    ...optional("role", roleOf(draft), (role) => role),
    reason,
    message: clip(message),
    ...optional("manualRequestedAt", draft.manualRequestedAt, (value) => value),
    ...optional("expansion", expansion, (intent) => expansionOf(intent, draft.status.volumes)),
    ...optional("walCleanup", walCleanup, ({ filesRemoved, freedBytes, oldestRetained }) => ({
      filesRemoved,
      spaceFreedBytes: freedBytes,
      ...optional("oldestRetained", oldestRetained, (value) => value),
    })),
    ...optional("alert", draft.alert, alertSpecOf),
    ...optional("circuitBreaker", draft.breaker, breakerSpecOf),
  };
}

function roleOf({ expansion, alert, breaker }: EventDraft): Role | undefined {
  return expansion?.role ?? alert?.role ?? (breaker?.scope === "volume" ? breaker.role : undefined);
}

function expansionOf(
  intent: ExpansionIntent,
  volumes: readonly VolumeProgress[],
): StorageEventSpec["expansion"] {
  return {
    originalSize: formatQuantity(intent.originalBytes),
    requestedSize: formatQuantity(intent.requestedBytes),
    limit: formatQuantity(intent.limitBytes),
    canary: intent.canaryClaimName,
    writeBack: intent.writeBack,
    parallelism: intent.parallelism,
    affectedPVCs: volumes.map(affectedClaimOf),
  };
}

function affectedClaimOf(volume: VolumeProgress): AffectedClaim {
  return {
    name: volume.claimName,
    uid: volume.claimUid,
    instance: volume.instance,
    ...optional("node", volume.nodeName, (value) => value),
    originalSize: formatQuantity(volume.originalBytes),
    ...optional("fileSystemBytesBefore", volume.fileSystemBytesBefore, (value) => value),
  };
}

function claimStatusOf(volume: VolumeProgress): ClaimStatus {
  return {
    ...affectedClaimOf(volume),
    phase: phaseOfStep(volume.step),
    step: volume.step,
    ...optional("newSize", volume.newBytes, formatQuantity),
    filesystemResized: volume.step === "Verified",
    ...optional("requestedTime", volume.requestedAtMs, formatTimestamp),
    ...optional("controllerResizedTime", volume.controllerResizedAtMs, formatTimestamp),
    ...optional("nudgedTime", volume.nudgedAtMs, formatTimestamp),
    ...optional("completionTime", volume.finishedAtMs, formatTimestamp),
    ...optional("verifiedBy", volume.verifiedBy, (value) => value),
    ...optional("error", volume.failure, ({ message }) => clip(message)),
    ...optional("reason", volume.failure, ({ reason }) => reason),
  };
}
