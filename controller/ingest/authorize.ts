/**
 * Whether a pod may report, and for which instance (DESIGN §4: the pod's controller must be a CNPG Cluster
 * that lists the instance).
 *
 * @module
 */

import {
  CLUSTER_KIND,
  INSTANCE_POD_ROLE,
  OPERATOR_GROUP,
} from "../../lib/policy/operator_names.ts";
import type { KnownPod, PodController, PodDirectory, Reporter } from "./ports.ts";
import { type Refusal, refusal } from "./refusal.ts";
import type { PodIdentity } from "./token_review.ts";

/** What became of an identity. */
export type Authorization =
  | { readonly kind: "granted"; readonly reporter: Reporter }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** Judges an identity by the caches alone. */
export function authorize(identity: PodIdentity, directory: PodDirectory): Authorization {
  const { namespace, podName, podUid } = identity;
  const pod = directory.findPod(namespace, podName);
  if (pod === undefined) {
    return refused(refusal("PodUnknown", `Pod ${namespace}/${podName} is not known`, {
      retryAfterSeconds: 2,
    }));
  }
  if (pod.uid !== podUid) {
    return refused(
      refusal("PodReplaced", `Pod ${namespace}/${podName} is not the one the token was issued to`),
    );
  }
  const owner = pod.controller;
  if (owner === undefined || !isCluster(owner)) {
    return refused(
      refusal("PodUnowned", `Pod ${namespace}/${podName} is not controlled by a CNPG Cluster`),
    );
  }
  return authorizeInstance(identity, pod, owner, directory);
}

function authorizeInstance(
  identity: PodIdentity,
  pod: KnownPod,
  owner: PodController,
  directory: PodDirectory,
): Authorization {
  const { namespace, podName, podUid } = identity;
  const { instance, podRole } = pod;
  if (podRole !== INSTANCE_POD_ROLE || instance === undefined) {
    return refused(
      refusal("PodNotInstance", `Pod ${namespace}/${podName} is not labelled as an instance`),
    );
  }
  // CNPG names the pod like its instance; a pod that only bears the label does not speak for it.
  if (podName !== instance) {
    return refused(
      refusal("PodNotInstance", `Pod ${namespace}/${podName} is not instance ${instance}`),
    );
  }
  const cluster = directory.findCluster(namespace, owner.name);
  if (cluster === undefined) {
    return refused(refusal("ClusterUnknown", `Cluster ${namespace}/${owner.name} is not known`));
  }
  if (cluster.uid !== owner.uid) {
    return refused(
      refusal(
        "ClusterReplaced",
        `Cluster ${namespace}/${owner.name} is not the one that controls pod ${podName}`,
      ),
    );
  }
  if (!cluster.instanceNames.includes(instance)) {
    return refused(
      refusal(
        "InstanceUnlisted",
        `Cluster ${namespace}/${owner.name} does not list instance ${instance}`,
      ),
    );
  }
  return {
    kind: "granted",
    reporter: { namespace, podName, podUid, clusterName: owner.name, instance },
  };
}

function isCluster(owner: PodController): boolean {
  return owner.kind === CLUSTER_KIND && owner.apiVersion.startsWith(`${OPERATOR_GROUP}/`);
}

function refused(reason: Refusal): Authorization {
  return { kind: "refused", refusal: reason };
}
