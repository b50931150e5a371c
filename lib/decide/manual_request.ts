/**
 * A user's request for a size (PRD annotations `target-size`, `expansion-requested`, `expansion-reason`).
 *
 * @module
 */

import { after, DAY } from "../units/millis.ts";
import { parseTimestamp } from "../units/timestamp.ts";
import type { ClusterView, ManualRequest } from "../view/cluster.ts";
import type { Role } from "../view/role.ts";
import { roleVolumes } from "../view/select.ts";
import type { Candidate } from "./candidates.ts";

/** StorageEvents are kept for so long (DESIGN §7): what answered an older request may be gone. */
const ANSWER_KEPT_MS = 30 * DAY;

/** The user's request, unless it was honoured before. */
export function pendingRequest(view: ClusterView): ManualRequest | undefined {
  const request = view.manualRequest;
  if (request === undefined || isHonoured(request, view) || hasOutlivedAnswer(request, view)) {
    return undefined;
  }
  return request;
}

/**
 * The candidate for which the user asked, unless the request is for another role or was honoured before. One
 * that is scheduled goes through the gate as routine expansions do, and so waits for a maintenance window.
 */
export function requestCandidate(view: ClusterView, role: Role): Candidate | undefined {
  const request = pendingRequest(view);
  if (request?.role !== role) return undefined;
  const volumes = roleVolumes(view.volumes, role);
  const volume = volumes.find((candidate) => candidate.pod?.running === true) ?? volumes[0];
  if (volume === undefined) return undefined;
  const isScheduled = request.trigger === "scheduled";
  return {
    volume,
    urgency: isScheduled ? "routine" : "manual",
    trigger: request.trigger,
    reason: isScheduled ? "ScheduledRequest" : "ManualRequest",
    message: request.reason,
    wantedBytes: request.targetBytes,
    manualRequestedAt: request.requestedAt,
    isPatient: isScheduled,
  };
}

/**
 * A request is honoured once: the StorageEvent that answered it remembers its `expansion-requested`. What a
 * dry run recorded has honoured nothing.
 */
function isHonoured(request: ManualRequest, view: ClusterView): boolean {
  return view.events.some((event) =>
    !event.dryRun && event.manualRequestedAt === request.requestedAt &&
    event.expansion?.role === request.role
  );
}

/** Annotations outlive events: an old request for a size that all volumes have was answered once. */
function hasOutlivedAnswer(
  { role, targetBytes, requestedAt }: ManualRequest,
  view: ClusterView,
): boolean {
  const requestedAtMs = parseTimestamp(requestedAt);
  if (requestedAtMs === undefined || after(requestedAtMs, ANSWER_KEPT_MS) > view.nowMs) {
    return false;
  }
  const volumes = roleVolumes(view.volumes, role);
  return volumes.length > 0 &&
    volumes.every(({ claim }) => (claim.capacityBytes ?? 0) >= targetBytes);
}
