/**
 * The StorageEvent with which an expansion begins.
 *
 * @module
 */

import type { EventDraft, VolumeProgress, WriteBack } from "../event/event.ts";
import { lockOf } from "../expansion/history.ts";
import { roleSettings } from "../policy/role_settings.ts";
import type { Bytes } from "../units/bytes.ts";
import type { ClusterView } from "../view/cluster.ts";
import { knownFileSystem, roleVolumes, subjectOf } from "../view/select.ts";
import type { Volume } from "../view/volume.ts";
import type { Candidate } from "./candidates.ts";
import type { GovernanceOutcome } from "./governance.ts";

/** What an expansion sets out to do. */
export interface ExpansionPlan {
  /** The canary, then its followers. */
  readonly members: readonly [Volume, ...Volume[]];
  readonly toBytes: Bytes;
  readonly limitBytes: Bytes;
}

/** The canary, then every sibling that is smaller than the target and free to follow. */
export function membersOf(
  { volume: canary, followers }: Candidate,
  toBytes: Bytes,
  view: ClusterView,
): [Volume, ...Volume[]] {
  const following = followers ?? roleVolumes(view.volumes, canary.role);
  return [
    canary,
    ...following.filter((volume) =>
      volume !== canary && volume.claim.phase === "Bound" && !volume.claim.deleting &&
      volume.claim.capacityBytes !== undefined && volume.claim.capacityBytes < toBytes &&
      lockOf(volume.claim.uid, view.events) === undefined
    ),
  ];
}

/** The draft of an expansion; that of a dry run is over when it is made. */
export function expansionDraft(
  candidate: Candidate,
  { members, toBytes, limitBytes }: ExpansionPlan,
  view: ClusterView,
  { settings, stance }: GovernanceOutcome,
): EventDraft {
  const { volume, reason, trigger, manualRequestedAt } = candidate;
  const dryRun = stance === "records";
  const { writeBack, parallelism } = roleSettings(settings, volume.role).expansion;
  const written: WriteBack = dryRun ? { state: "skipped" } : { state: "pending" };
  return {
    eventType: "expansion",
    trigger,
    dryRun,
    reason,
    message: `${subjectOf(volume)}: ${candidate.message}`,
    manualRequestedAt,
    expansion: {
      role: volume.role,
      originalBytes: volume.claim.capacityBytes ?? volume.claim.requestBytes,
      requestedBytes: toBytes,
      limitBytes,
      canaryClaimName: volume.claim.name,
      writeBack: isDeclarable(candidate, members, toBytes, view) ? writeBack : "none",
      parallelism,
    },
    status: {
      phase: dryRun ? "Completed" : "Pending",
      completedAtMs: dryRun ? view.nowMs : undefined,
      volumes: members.map(queued),
      writeBack: written,
      conditions: [],
    },
  };
}

/**
 * Where only some siblings follow the others, one of the rest may have been refused the size: CNPG would ask it
 * again and again for a size that the spec declares, and do nothing else (`cnpg.md` §5.2).
 */
function isDeclarable(
  { followers }: Candidate,
  members: readonly Volume[],
  toBytes: Bytes,
  view: ClusterView,
): boolean {
  if (followers === undefined) return true;
  const role = members[0]?.role;
  return view.volumes.every((volume) =>
    volume.role !== role || members.includes(volume) ||
    (volume.claim.capacityBytes ?? 0) >= toBytes
  );
}

function queued(volume: Volume): VolumeProgress {
  return {
    claimName: volume.claim.name,
    claimUid: volume.claim.uid,
    instance: volume.instance,
    nodeName: volume.pod?.nodeName,
    step: "Queued",
    originalBytes: volume.claim.capacityBytes ?? volume.claim.requestBytes,
    fileSystemBytesBefore: knownFileSystem(volume)?.deviceBytes,
  };
}
