/**
 * Kubernetes Events about what was done, one constructor each. The wording says what is true when it is
 * said: a size is requested here, and only a measurement makes it one that was reached.
 *
 * @module
 */

import type { NudgePod, RequestSize, WriteBackSize } from "../../lib/decide/plan.ts";
import type { Event, EventDraft } from "../../lib/event/event.ts";
import type { Reason } from "../../lib/explain/reasons.ts";
import { formatQuantity } from "../../lib/units/quantity.ts";
import type { ClusterView } from "../../lib/view/cluster.ts";
import { PERSISTENT_VOLUME_CLAIM } from "../../kube/resources.ts";
import { CLUSTERS } from "../observe/resources.ts";
import type { Resource } from "../../kube/api.ts";

/** The object that an announcement is about. */
export interface Regarding {
  readonly resource: Resource;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** What is said once; repeats are the recorder's to fold. */
export interface Announcement {
  readonly regarding: Regarding;
  readonly type: "Normal" | "Warning";
  readonly reason: Reason;
  /** What was being done (`action` of `events.k8s.io/v1`). */
  readonly action: "Resize" | "Nudge" | "WriteBack" | "Observe" | "Operate";
  readonly note: string;
  /** What repeats are known by where the wording moves with every measurement. @default {the note} */
  readonly subject?: string | undefined;
}

/** The claim asks for a size now. */
export function sizeRequested(
  view: ClusterView,
  action: RequestSize,
  event: Event,
): Announcement {
  const isCanary = event.expansion?.canaryClaimName === action.claimName;
  return {
    regarding: claimOf(view, action),
    type: "Normal",
    reason: reasonOfRequest(action, isCanary),
    action: "Resize",
    note: `Requested ${formatQuantity(action.toBytes)}; the capacity is ${
      formatQuantity(action.capacityBytes)
    }. Operation: ${action.eventName}`,
  };
}

/** The claim's request was refused for good. */
export function sizeRefused(
  view: ClusterView,
  action: RequestSize,
  failure: { readonly reason: Reason; readonly message: string },
): Announcement {
  return {
    regarding: claimOf(view, action),
    type: "Warning",
    reason: failure.reason,
    action: "Resize",
    note: `${formatQuantity(action.toBytes)} was refused: ${failure.message}`,
  };
}

/** The pod was annotated. */
export function podNudged(view: ClusterView, action: NudgePod): Announcement {
  return {
    regarding: clusterOf(view),
    type: "Normal",
    reason: "Nudged",
    action: "Nudge",
    note: `Annotated pod ${action.podName}, so that its kubelet grows the file system of ` +
      `${action.claimName} now`,
  };
}

/** The Cluster's spec declares the size now. */
export function sizeWrittenBack(view: ClusterView, action: WriteBackSize): Announcement {
  return {
    regarding: clusterOf(view),
    type: "Normal",
    reason: "WrittenBack",
    action: "WriteBack",
    note: `The spec declares ${formatQuantity(action.toBytes)} for ${action.role}`,
  };
}

/** The Cluster's spec was not changed, and somebody has to. */
export function writeBackRefused(
  view: ClusterView,
  action: WriteBackSize,
  message: string,
): Announcement {
  return {
    regarding: clusterOf(view),
    type: "Warning",
    reason: "WriteBackRefused",
    action: "WriteBack",
    note: `The spec does not declare ${formatQuantity(action.toBytes)} for ${action.role}: ` +
      `${message}. New instances start at the old size until it does`,
  };
}

/** An operation has begun, a circuit breaker has opened, or a dry run has said what would have begun. */
export function eventOpened(view: ClusterView, draft: EventDraft, name: string): Announcement {
  return {
    regarding: clusterOf(view),
    type: draft.breaker === undefined ? "Normal" : "Warning",
    reason: draft.dryRun ? "DryRun" : draft.reason,
    action: "Operate",
    note: `${wouldBe(draft)}${draft.message} (StorageEvent ${name})`,
  };
}

/** Who reads of a dry run must not think that it happened. */
function wouldBe({ dryRun, expansion }: EventDraft): string {
  if (!dryRun || expansion === undefined) return "";
  const { requestedBytes, canaryClaimName } = expansion;
  const size = formatQuantity(requestedBytes);
  return `Nothing is requested: without dryRun it would be ${size}, first for ${canaryClaimName}. `;
}

function reasonOfRequest(action: RequestSize, isCanary: boolean): Reason {
  if (action.lowering) return "RequestLowered";
  return isCanary ? "CanaryRequested" : "SizeRequested";
}

/** The Cluster as the object of an announcement. */
export function clusterOf(view: ClusterView): Regarding {
  return { resource: CLUSTERS, namespace: view.namespace, name: view.name, uid: view.uid };
}

function claimOf(view: ClusterView, action: RequestSize): Regarding {
  return {
    resource: PERSISTENT_VOLUME_CLAIM,
    namespace: view.namespace,
    name: action.claimName,
    uid: action.claimUid,
  };
}
