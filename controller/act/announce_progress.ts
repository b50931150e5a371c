/**
 * Kubernetes Events about the progress of an operation, told from the status before and after.
 *
 * @module
 */

import { PERSISTENT_VOLUME_CLAIM } from "../../kube/resources.ts";
import type { Event, EventStatus, VolumeProgress } from "../../lib/event/event.ts";
import type { Reason } from "../../lib/explain/reasons.ts";
import { formatQuantity } from "../../lib/units/quantity.ts";
import type { ClusterView } from "../../lib/view/cluster.ts";
import { type Announcement, clusterOf } from "./announce.ts";

/** What became true between two statuses of an operation: one announcement a step, and one for the end. */
export function progressAnnouncements(
  view: ClusterView,
  before: Event,
  after: EventStatus,
): Announcement[] {
  if (before.dryRun || before.eventType === "alert") return [];
  const steps = after.volumes.flatMap((volume): Announcement[] => {
    const previous = before.status.volumes.find(({ claimUid }) => claimUid === volume.claimUid);
    if (previous === undefined || previous.step === volume.step) return [];
    const said = stepSaid(volume);
    if (said === undefined) return [];
    const regarding = {
      resource: PERSISTENT_VOLUME_CLAIM,
      namespace: view.namespace,
      name: volume.claimName,
      uid: volume.claimUid,
    };
    return [{ regarding, action: "Resize", ...said }];
  });
  return [...steps, ...endSaid(view, before, after)];
}

type Said = Pick<Announcement, "type" | "reason" | "note">;

function stepSaid(volume: VolumeProgress): Said | undefined {
  switch (volume.step) {
    case "Queued":
    case "Requested":
      // The request itself is announced by whoever made it.
      return undefined;
    case "ControllerResized":
      return {
        type: "Normal",
        reason: "ControllerResized",
        note: "The storage provider has grown the volume; its file system is next",
      };
    case "Verified":
      return { type: "Normal", reason: verifiedReason(volume), note: grownNote(volume) };
    case "Failed":
      return {
        type: "Warning",
        reason: volume.failure?.reason ?? "ExpansionFailed",
        note: volume.failure?.message ?? "The volume did not grow",
      };
  }
}

function verifiedReason(volume: VolumeProgress): Reason {
  return volume.verifiedBy === "kubernetes" ? "VerifiedByKubernetes" : "FileSystemGrown";
}

function grownNote(volume: VolumeProgress): string {
  const size = volume.newBytes === undefined ? "" : ` to ${formatQuantity(volume.newBytes)}`;
  const original = formatQuantity(volume.originalBytes);
  return volume.verifiedBy === "kubernetes"
    ? `Kubernetes reports growth from ${original}${size}; no measurement confirms it`
    : `The file system has grown: from ${original}${size}, confirmed by ${volume.verifiedBy}`;
}

function endSaid(view: ClusterView, before: Event, after: EventStatus): Announcement[] {
  if (before.status.phase === after.phase) return [];
  if (after.phase !== "Completed" && after.phase !== "Failed") return [];
  const verdict = after.conditions.find(({ type }) => type === "Complete");
  return [{
    regarding: clusterOf(view),
    type: verdict?.status === "True" ? "Normal" : "Warning",
    reason: verdict?.reason ?? (after.phase === "Failed" ? "ExpansionFailed" : "PartialFailure"),
    action: "Operate",
    note: `${verdict?.message ?? "The operation has ended"} (StorageEvent ${before.name})`,
  }];
}
