/**
 * The volumes that sources besides the agents are asked about.
 *
 * @module
 */

import type { Clock } from "../../kube/clock.ts";
import { objectKey } from "../../lib/view/object_key.ts";
import type { Role } from "../../lib/view/role.ts";
import { holdsWal, isRoleClaim, isRunning, podOf } from "./build_volume.ts";
import type { Memory } from "./memory.ts";
import type { ClusterRecord } from "./project_cluster.ts";
import type { PodRecord } from "./project_pod.ts";

/** A volume that a running pod mounts. */
export interface SourceTarget {
  /** `NAMESPACE/NAME` of the cluster. */
  readonly clusterKey: string;
  readonly namespace: string;
  readonly claimName: string;
  readonly role: Role;
  readonly podName: string;
  readonly podUid: string;
  readonly nodeName?: string | undefined;
  /** The pod's address, and whether it serves metrics with TLS there. */
  readonly podAddress?: string | undefined;
  readonly metricsTls: boolean;
  /** Whether pg_wal lies on the volume. */
  readonly holdsWal: boolean;
  /** Since when the pod has been seen running, on the monotonic clock. */
  readonly runningSinceMs: number;
  /** Whether the agent beside it keeps silent, longer than one that has just begun. */
  readonly isUnheard: boolean;
}

/** What finding targets needs. */
export interface TargetOptions {
  readonly clock: Pick<Clock, "monotonic">;
  /** A pod that runs for less may still be heard of. */
  readonly reportIntervalMs: number;
  /** Age from which an agent's sample is stale. */
  readonly staleAfterMs: number;
}

/** The volumes of all clusters, as far as a running pod mounts them. */
export function sourceTargets(memory: Memory, options: TargetOptions): SourceTarget[] {
  return memory.pictures.clusters.list().flatMap((cluster) => targetsOf(cluster, memory, options));
}

function targetsOf(
  cluster: ClusterRecord,
  { claims, pods, samples, runningTimes }: Memory,
  { clock, reportIntervalMs, staleAfterMs }: TargetOptions,
): SourceTarget[] {
  const clusterKey = objectKey(cluster);
  const nowMs = clock.monotonic();
  const own = pods.of(clusterKey).filter((pod) => pod.controller?.uid === cluster.uid);

  function isUnheard(pod: PodRecord, role: Role): boolean {
    if (nowMs - (runningTimes.since(pod.uid) ?? nowMs) < reportIntervalMs) return false;
    const reading = samples.newest(pod.uid, role, nowMs);
    return reading?.kind !== "sample" || reading.ageMs > staleAfterMs;
  }

  const roleClaims = claims.of(clusterKey)
    .filter(isRoleClaim)
    .filter((claim) => claim.controller?.uid === cluster.uid);
  return roleClaims.flatMap((claim): SourceTarget[] => {
    const pod = podOf(claim, own);
    if (pod === undefined || !isRunning(pod)) return [];
    return [{
      clusterKey,
      namespace: claim.namespace,
      claimName: claim.name,
      role: claim.role,
      podName: pod.name,
      podUid: pod.uid,
      nodeName: pod.nodeName,
      podAddress: pod.address,
      metricsTls: pod.metricsTls,
      holdsWal: holdsWal(claim, roleClaims, pod),
      runningSinceMs: runningTimes.since(pod.uid) ?? nowMs,
      isUnheard: isUnheard(pod, claim.role),
    }];
  });
}
