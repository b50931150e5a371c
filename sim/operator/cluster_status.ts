/**
 * The part of a Cluster's status that says what there is, whatever the operator does about it.
 *
 * @module
 */

import type { JsonObject } from "../../kube/api.ts";
import { objectsAt, textAt } from "../component/read_json.ts";
import type { ClaimState } from "./claim_state.ts";
import type { Archiving } from "./instance_managers.ts";
import { PHASE } from "./names.ts";
import type { ObservedCluster, ObservedInstance } from "./observed_cluster.ts";

type ClaimGroup = "healthyPVC" | "resizingPVC" | "danglingPVC" | "initializingPVC" | "unusablePVC";

/** What there is (`updateResourceStatus`, `updateClusterStatusThatRequiresInstancesState`). */
export function resourceStatus(cluster: ObservedCluster): JsonObject {
  const { members } = cluster;
  const groups = Map.groupBy(
    members.flatMap((member) => member.claims.map((claim) => ({ member, claim }))),
    ({ member, claim }) => claimGroup(member, claim),
  );
  function names(group: ClaimGroup): readonly string[] | null {
    return namesOrNull((groups.get(group) ?? []).map(({ claim }) => claim.name));
  }
  const primary = members.find(({ status }) => status?.isPrimary)?.status;
  return {
    instances: members.length,
    readyInstances: members.filter(({ pod }) => pod?.ready).length,
    instanceNames: namesOrNull(members.map(({ name }) => name)),
    instancesStatus: instancesStatus(members),
    instancesReportedState: reportedState(members),
    pvcCount: members.flatMap(({ claims }) => claims).length,
    healthyPVC: names("healthyPVC"),
    resizingPVC: names("resizingPVC"),
    danglingPVC: names("danglingPVC"),
    initializingPVC: names("initializingPVC"),
    unusablePVC: names("unusablePVC"),
    ...(primary === undefined ? {} : { timelineID: primary.timelineId }),
  };
}

/** `pkg/reconciler/persistentvolumeclaim/status.go`. */
function claimGroup(member: ObservedInstance, claim: ClaimState): ClaimGroup {
  if (!member.complete) return "unusablePVC";
  if (member.initializing) return "initializingPVC";
  if (member.pod === undefined) return "danglingPVC";
  return claim.resizing ? "resizingPVC" : "healthyPVC";
}

/** Conditions of the status; those that stay as they are keep their time. */
export function conditions(
  cluster: ObservedCluster,
  phase: string | undefined,
  now: string,
): readonly JsonObject[] {
  const before = objectsAt(cluster.status, "conditions");
  const archiving = cluster.members.find(({ status }) => status?.isPrimary)?.status?.archiving;
  const wanted = [readyCondition(phase), ...archivingCondition(archiving)];
  const kept = before.filter(({ type }) => !wanted.some((condition) => condition.type === type));
  return [...kept, ...wanted.map((condition) => stamped(condition, before, now))];
}

interface Condition {
  readonly type: string;
  readonly status: "True" | "False";
  readonly reason: string;
  readonly message: string;
}

function readyCondition(phase: string | undefined): Condition {
  return phase === PHASE.healthy
    ? { type: "Ready", status: "True", reason: "ClusterIsReady", message: "Cluster is Ready" }
    : {
      type: "Ready",
      status: "False",
      reason: "ClusterIsNotReady",
      message: "Cluster Is Not Ready",
    };
}

function archivingCondition(archiving: Archiving | undefined): Condition[] {
  const type = "ContinuousArchiving";
  switch (archiving?.kind) {
    case undefined:
    case "untried":
      return [];
    case "working":
      return [{
        type,
        status: "True",
        reason: "ContinuousArchivingSuccess",
        message: "Continuous archiving is working",
      }];
    case "failing":
      return [{
        type,
        status: "False",
        reason: "ContinuousArchivingFailing",
        message: archiving.error,
      }];
    default:
      return archiving satisfies never;
  }
}

function stamped(condition: Condition, before: readonly JsonObject[], now: string): JsonObject {
  const previous = before.find(({ type }) => type === condition.type);
  const since = previous?.["status"] === condition.status
    ? textAt(previous, "lastTransitionTime")
    : undefined;
  return { ...condition, lastTransitionTime: since ?? now };
}

/** `ListStatusPods` in CNPG's `pkg/utils/pod_conditions.go`. */
function instancesStatus(members: readonly ObservedInstance[]): JsonObject {
  const pods = members.flatMap(({ pod }) => pod === undefined ? [] : [pod]);
  const groups = Map.groupBy(pods, (pod) => {
    if (pod.failed) return "failed";
    return pod.ready ? "healthy" : "replicating";
  });
  function names(group: "healthy" | "replicating" | "failed"): readonly string[] | null {
    return namesOrNull((groups.get(group) ?? []).map(({ name }) => name));
  }
  return {
    healthy: names("healthy"),
    replicating: names("replicating"),
    failed: names("failed"),
  };
}

function reportedState(members: readonly ObservedInstance[]): JsonObject {
  return Object.fromEntries(
    members.flatMap(({ name, pod, status }) =>
      pod === undefined ? [] : [[name, {
        isPrimary: status?.isPrimary ?? false,
        ...(status === undefined ? {} : { timeLineID: status.timelineId }),
        ...(pod.ip === undefined ? {} : { ip: pod.ip }),
      }]]
    ),
  );
}

/** Go leaves empty lists out. */
function namesOrNull(names: readonly string[]): readonly string[] | null {
  return names.length === 0 ? null : names;
}
