/**
 * A user's request for a size (PRD annotations `target-size`, `expansion-requested`, `expansion-reason`).
 *
 * @module
 */

import type { ClusterView, ManualRequest } from "../view/cluster.ts";
import type { Role } from "../view/role.ts";
import { roleVolumes } from "../view/select.ts";
import type { Candidate } from "./propose_expansions.ts";

/** The user's request, unless it was honoured before. */
export function pendingRequest(view: ClusterView): ManualRequest | undefined {
  const request = view.manualRequest;
  return request === undefined || isHonoured(request, view) ? undefined : request;
}

/** The candidate for which the user asked, unless the request is for another role or was honoured before. */
export function manualCandidate(view: ClusterView, role: Role): Candidate | undefined {
  const request = pendingRequest(view);
  if (request?.role !== role) return undefined;
  const volumes = roleVolumes(view.volumes, role);
  const volume = volumes.find((candidate) => candidate.pod?.running === true) ?? volumes[0];
  if (volume === undefined) return undefined;
  return {
    volume,
    urgency: "manual",
    reason: "ManualRequest",
    message: request.reason,
    wantedBytes: request.targetBytes,
    manualRequestedAt: request.requestedAt,
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
