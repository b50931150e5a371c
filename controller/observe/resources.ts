/**
 * The custom resources that the controller watches, and the operator's words it looks for.
 *
 * @module
 */

import type { Resource } from "../../kube/api.ts";
import { API_GROUP, API_VERSION } from "../../lib/policy/api_group.ts";

/** API group of CloudNativePG. */
export const OPERATOR_GROUP = "postgresql.cnpg.io";

/** A PostgreSQL cluster of CloudNativePG. */
export const CLUSTERS: Resource = {
  group: OPERATOR_GROUP,
  version: "v1",
  kind: "Cluster",
  plural: "clusters",
  namespaced: true,
};

/** What a user wants for the volumes of clusters. */
export const STORAGE_POLICIES: Resource = productResource("StoragePolicy", "storagepolicies");

/** The audit record, and the only state of an operation. */
export const STORAGE_EVENTS: Resource = productResource("StorageEvent", "storageevents");

/** What is known about one cluster, for `kubectl get`. */
export const CLUSTER_STORAGES: Resource = productResource("ClusterStorage", "clusterstorages");

/** Labels that CloudNativePG sets on Pods and claims (`pkg/utils/labels_annotations.go`). */
export const OPERATOR_LABELS = {
  cluster: "cnpg.io/cluster",
  instanceName: "cnpg.io/instanceName",
  podRole: "cnpg.io/podRole",
  pvcRole: "cnpg.io/pvcRole",
  tablespaceName: "cnpg.io/tablespaceName",
} as const;

/** Pods that run PostgreSQL; poolers and jobs are left out. The label is there since CNPG 1.22. */
export const INSTANCE_POD_SELECTOR = `${OPERATOR_LABELS.podRole}=instance`;

/** Claims of any cluster. */
export const CLUSTER_CLAIM_SELECTOR = OPERATOR_LABELS.cluster;

function productResource(kind: string, plural: string): Resource {
  return { group: API_GROUP, version: API_VERSION, kind, plural, namespaced: true };
}
