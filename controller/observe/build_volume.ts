/**
 * One volume of a cluster, put together from its claim, its pod and what was measured.
 *
 * Everything is tied by UID, since CNPG reuses names (`cnpg.md` §2.2): claim and pod belong to the cluster
 * by the UID in their controller reference, a sample to the UID of the pod. Only a pod names its claims by
 * name; a pod that is older than the claim of that name mounted a predecessor of it.
 *
 * @module
 */

import type { Event } from "../../lib/event/event.ts";
import { type Millis, millis } from "../../lib/units/millis.ts";
import type { Role } from "../../lib/view/role.ts";
import type {
  Claim,
  PodView,
  StorageClassView,
  Volume,
  WalDirectory,
} from "../../lib/view/volume.ts";
import type { CapacityChange, CapacityChangeReader } from "./capacity_changes.ts";
import type { LookAhead } from "./foresight.ts";
import type { Disagreements } from "./disagreements.ts";
import { type FileSystemEvidence, observeFileSystem } from "./observe_file_system.ts";
import { otherGrowerOf } from "./other_grower.ts";
import type { ClaimRecord } from "./project_claim.ts";
import type { PodRecord } from "./project_pod.ts";
import type { StorageClassRecord } from "./project_storage_class.ts";
import type { RunningTimesReader } from "./running_times.ts";
import type { SampleReader } from "./samples.ts";
import { toldGrowth } from "./told_growth.ts";
import type { WalCountReader } from "./wal_counts.ts";

/** A claim whose labels say where it belongs. */
export interface RoleClaim extends ClaimRecord {
  readonly instance: string;
  readonly role: Role;
}

/** What volumes are built from, besides their claims. */
export interface VolumeInputs {
  /** The present, on the wall clock and on the monotonic one. */
  readonly nowMs: Millis;
  readonly monotonicMs: number;
  /** Age from which a sample is stale. */
  readonly staleAfterMs: number;
  readonly findStorageClass: (name: string) => StorageClassRecord | undefined;
  readonly samples: SampleReader;
  readonly capacityChanges: CapacityChangeReader;
  /** StorageEvents of the cluster in any order. */
  readonly events: readonly Event[];
  readonly runningTimes: RunningTimesReader;
  readonly walCounts: WalCountReader;
  readonly disagreements: Pick<Disagreements, "compare">;
  readonly lookAhead: LookAhead;
}

/** Builds one volume. `claims` and `pods` are all those of the cluster. */
export function buildVolume(
  claim: RoleClaim,
  claims: readonly RoleClaim[],
  pods: readonly PodRecord[],
  inputs: VolumeInputs,
): Volume {
  const { instance, role } = claim;
  const pod = podOf(claim, pods);
  const readings = pod === undefined ? {} : readingsOf(pod.uid, role, inputs);
  const { fileSystem, otherReadings } = observeFileSystem({
    claim,
    podName: pod?.name,
    readings,
    capacityChange: capacityChangeOf(claim, readings, inputs),
    staleAfterMs: inputs.staleAfterMs,
    monotonicMs: inputs.monotonicMs,
    nowMs: inputs.nowMs,
  });
  const walHeadroom = { kind: "unknown" } as const;
  const hasWal = holdsWal(claim, claims, pod);
  return {
    instance,
    role,
    holdsWal: hasWal,
    claim: claimView(claim, inputs),
    storageClass: storageClassView(claim.storageClassName, inputs.findStorageClass),
    pod: pod && podView(pod, inputs),
    fileSystem,
    otherReadings,
    disputedBy: inputs.disagreements.compare(
      claim.uid,
      fileSystem,
      otherReadings,
      inputs.monotonicMs,
    ),
    walHeadroom,
    walDirectory: pod && hasWal ? walDirectoryOf(pod.uid, inputs) : undefined,
    ...inputs.lookAhead(claim, { fileSystem, walHeadroom }),
  };
}

/** Whether a claim's labels name an instance and a known role. */
export function isRoleClaim(claim: ClaimRecord): claim is RoleClaim {
  return claim.instance !== undefined && claim.role !== undefined;
}

/** The pod that mounts the claim; of two, the one that runs. */
export function podOf(claim: RoleClaim, pods: readonly PodRecord[]): PodRecord | undefined {
  const mounting = pods.filter((pod) => isMountedBy(claim, pod));
  return mounting.find(isRunning) ?? mounting[0];
}

/** Whether the pod mounts this very claim, and not a predecessor of its name. */
export function isMountedBy(
  claim: Pick<ClaimRecord, "name" | "createdAtMs">,
  pod: Pick<PodRecord, "claimNames" | "createdAtMs">,
): boolean {
  return pod.claimNames.includes(claim.name) && !isOlder(pod.createdAtMs, claim.createdAtMs);
}

function isOlder(first: Millis | undefined, second: Millis | undefined): boolean {
  return first !== undefined && second !== undefined && first < second;
}

/** Whether an agent within it can report, and a node grow its file systems. */
export function isRunning(pod: PodRecord): boolean {
  return pod.phase === "Running" && !pod.deleting;
}

/**
 * Whether pg_wal lies on the volume. Where `walStorage` was added later, the claim is there before the pod
 * that mounts it: until then pg_wal is still on the data volume (`cnpg.md` §3.4).
 */
export function holdsWal(
  claim: RoleClaim,
  claims: readonly RoleClaim[],
  pod: PodRecord | undefined,
): boolean {
  if (claim.role !== "data") return claim.role === "wal";
  const walClaim = claims.find(({ instance, role }) =>
    instance === claim.instance && role === "wal"
  );
  if (walClaim === undefined) return true;
  return pod !== undefined && !pod.claimNames.includes(walClaim.name);
}

function claimView(
  claim: ClaimRecord,
  { findStorageClass }: Pick<VolumeInputs, "findStorageClass">,
): Claim {
  const { storageClassName } = claim;
  const storageClass = storageClassName === undefined
    ? undefined
    : findStorageClass(storageClassName);
  const { name, uid, resourceVersion, phase, deleting, volumeMode } = claim;
  const { requestBytes, capacityBytes, resizeStatus, resizeConditions } = claim;
  return {
    name,
    uid,
    resourceVersion,
    phase,
    deleting,
    volumeMode,
    requestBytes,
    capacityBytes,
    resizeStatus,
    resizeConditions,
    otherGrower: otherGrowerOf(claim, storageClass),
  };
}

function podView(
  pod: PodRecord,
  { nowMs, monotonicMs, runningTimes }: VolumeInputs,
): PodView {
  const { name, uid, nodeName, postgresExit } = pod;
  const sinceMs = runningTimes.since(uid);
  return {
    name,
    uid,
    nodeName,
    running: isRunning(pod),
    runningSinceMs: sinceMs === undefined
      ? undefined
      : millis(Math.ceil(nowMs - (monotonicMs - sinceMs))),
    postgresExit,
  };
}

function walDirectoryOf(
  podUid: string,
  { monotonicMs, staleAfterMs, walCounts }: VolumeInputs,
): WalDirectory | undefined {
  return walCounts.since(podUid, monotonicMs - staleAfterMs);
}

/** An agent measures anew for a process that begins; whoever tells of minutes ago is compared with what is told. */
function capacityChangeOf(
  { uid }: ClaimRecord,
  { kubelet, prometheus }: FileSystemEvidence["readings"],
  inputs: VolumeInputs,
): CapacityChange | undefined {
  const seen = inputs.capacityChanges.last(uid);
  if (seen !== undefined || (kubelet ?? prometheus) === undefined) return seen;
  return toldGrowth(uid, inputs.events, inputs);
}

function readingsOf(
  podUid: string,
  role: Role,
  { samples, monotonicMs }: VolumeInputs,
): FileSystemEvidence["readings"] {
  return {
    agent: samples.newest(podUid, role, monotonicMs),
    kubelet: samples.newest(podUid, role, monotonicMs, "kubelet"),
    prometheus: samples.newest(podUid, role, monotonicMs, "prometheus"),
  };
}

function storageClassView(
  name: string | undefined,
  findStorageClass: VolumeInputs["findStorageClass"],
): StorageClassView {
  const found = name === undefined ? undefined : findStorageClass(name);
  if (found === undefined) return { kind: "unknown", name };
  const { provisioner, allowVolumeExpansion, diskType } = found;
  return { kind: "known", name: found.name, provisioner, allowVolumeExpansion, diskType };
}
