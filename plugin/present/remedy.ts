/**
 * What would have to change before the manager acts, and the command that changes or shows it.
 *
 * @module
 */

import type { ClusterStorage } from "../../lib/cluster_storage/cluster_storage.ts";
import type { Reason } from "../../lib/explain/reasons.ts";
import { ANNOTATION } from "../../lib/policy/annotation_keys.ts";
import { API_GROUP } from "../../lib/policy/api_group.ts";
import { OPERATOR_GROUP, OPERATOR_LABELS } from "../../lib/policy/operator_names.ts";

/** What has to change, in a sentence, and a command to run. */
export interface Remedy {
  readonly change: string;
  readonly command: string;
}

/** Names that commands are made of. */
interface Names {
  readonly namespace: string;
  readonly cluster: string;
  /** Absent: no policy governs the cluster. */
  readonly policy?: string | undefined;
  readonly claim: string;
}

type RemedyOf = (names: Names) => Remedy;

/** The reasons that somebody can do something about. All others pass by themselves, or need no remedy. */
const REMEDIES: { readonly [Name in Reason]?: RemedyOf } = {
  NoPolicy: listPolicies("A StoragePolicy in the cluster's namespace has to select the cluster."),
  Excluded: listPolicies("The excludeClusters of the policy must not name the cluster any more."),
  PolicyInvalid: describePolicy("The settings that the message names have to be corrected."),
  PolicyConflict: listPolicies("The selectors of the policies must not overlap."),
  Paused: (names) => ({
    change:
      `Whoever set the annotation ${ANNOTATION.paused} has to remove it, or its end has to come.`,
    command: annotateCluster(names, `${ANNOTATION.paused}-`),
  }),
  DryRun: patchPolicy("The policy's dryRun has to become false.", '{"spec":{"dryRun":false}}'),
  ExpansionDisabled: editPolicy(
    "The policy's expansion.enabled, or that of the role, has to become true.",
  ),
  MaxSizeReached: editPolicy(
    "The policy's expansion.maxSize, or that of the role, has to be raised, or data removed.",
  ),
  MaxSizeNear: editPolicy(
    "The policy's expansion.maxSize, or that of the role, leaves little room: raise it in time.",
  ),
  BreakerOpen: (names) => ({
    change: "The cause of the failures has to be removed; then the breaker can be reset.",
    command: annotateCluster(names, `${ANNOTATION.resetCircuitBreaker}=true`),
  }),
  StorageClassFixed: (names) => ({
    change: "The StorageClass has to allow expansion, if its driver can grow volumes.",
    command: `kubectl patch storageclass ${className(names)} --type merge ` +
      `-p '{"allowVolumeExpansion":true}'`,
  }),
  StorageClassUnknown: showClass("The claim's StorageClass has to exist."),
  DriverOfflineOnly: showClass("The volume has to be moved to a driver that grows volumes in use."),
  SharedDisk: showClass("The volume has to be moved to storage of its own."),
  BlockVolume: describeClaim("The volume has to be replaced by one with a file system."),
  ClaimNotBound: describeClaim("The claim has to be bound."),
  NoCapacity: describeClaim("The claim has to be bound."),
  ResizeRefused: describeClaim(
    "What the API server refused has to be allowed, a quota for example.",
  ),
  ResizeInfeasible: describeClaim("The storage provider has to allow the size."),
  ControllerDeadline: describeClaim("The storage provider's driver has to be looked at."),
  FileSystemDeadline: describeClaim("The kubelet of the pod's node has to be looked at."),
  NoRunningPod: listPods("A pod that mounts the volume has to run."),
  OperatorBusy: (names) => ({
    change: "CloudNativePG has to finish what it does with the cluster.",
    command: `kubectl describe cluster.${OPERATOR_GROUP} ${names.cluster} -n ${names.namespace}`,
  }),
  EventUnreadable: (names) => ({
    change:
      "The StorageEvent that cannot be read has to be deleted, once nothing of it is under way.",
    command: `kubectl get storageevents.${API_GROUP} -n ${names.namespace}`,
  }),
  ForeignOwner: (names) => ({
    change: "The ClusterStorage of a former cluster of this name has to be deleted.",
    command: `kubectl delete clusterstorage.${API_GROUP} ${names.cluster} -n ${names.namespace}`,
  }),
  SomeVolumesUnknown: listPods("The volumes have to be measured: an agent has to run beside them."),
  NoSample: listPods("The volumes have to be measured: an agent has to run beside them."),
  StaleSample: listPods("The agent has to report again."),
  AgentUnreadable: listPods("The agent has to be able to read the volume."),
};

/** The remedy for a reason that concerns a claim, or undefined where nobody has to do anything. */
export function remedyOf(
  reason: Reason,
  storage: ClusterStorage,
  claim: string,
): Remedy | undefined {
  return REMEDIES[reason]?.({
    namespace: storage.namespace,
    cluster: storage.name,
    policy: storage.status.policy?.name,
    claim,
  });
}

function annotateCluster({ namespace, cluster }: Names, annotation: string): string {
  return `kubectl annotate cluster.${OPERATOR_GROUP} ${cluster} -n ${namespace} ${annotation}`;
}

function listPolicies(change: string): RemedyOf {
  return ({ namespace }) => ({
    change,
    command: `kubectl get storagepolicies.${API_GROUP} -n ${namespace}`,
  });
}

function policyCommand(names: Names, verb: string, rest = ""): string {
  if (names.policy === undefined) return listPolicies("")(names).command;
  return `kubectl ${verb} storagepolicy.${API_GROUP} ${names.policy} -n ${names.namespace}${rest}`;
}

function describePolicy(change: string): RemedyOf {
  return (names) => ({ change, command: policyCommand(names, "describe") });
}

function editPolicy(change: string): RemedyOf {
  return (names) => ({ change, command: policyCommand(names, "edit") });
}

function patchPolicy(change: string, patch: string): RemedyOf {
  return (names) => ({
    change,
    command: policyCommand(names, "patch", ` --type merge -p '${patch}'`),
  });
}

function describeClaim(change: string): RemedyOf {
  return ({ namespace, claim }) => ({
    change,
    command: `kubectl describe pvc ${claim} -n ${namespace}`,
  });
}

function showClass(change: string): RemedyOf {
  return (names) => ({ change, command: `kubectl describe storageclass ${className(names)}` });
}

/** A ClusterStorage does not name classes: the shell asks for the name. */
function className({ namespace, claim }: Names): string {
  return `"$(kubectl get pvc ${claim} -n ${namespace} -o jsonpath='{.spec.storageClassName}')"`;
}

function listPods(change: string): RemedyOf {
  return ({ namespace, cluster }) => ({
    change,
    command: `kubectl get pods -n ${namespace} -l ${OPERATOR_LABELS.cluster}=${cluster}`,
  });
}
