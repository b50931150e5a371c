/**
 * The custom resources that the controller watches, and how it selects pods and claims.
 *
 * @module
 */

import type { Resource } from "../../kube/api.ts";
import { API_GROUP, API_VERSION } from "../../lib/policy/api_group.ts";
import {
  CLUSTER_KIND,
  INSTANCE_POD_ROLE,
  OPERATOR_GROUP,
  OPERATOR_LABELS,
  OPERATOR_VERSION,
} from "../../lib/policy/operator_names.ts";

/** A PostgreSQL cluster of CloudNativePG. */
export const CLUSTERS: Resource = {
  group: OPERATOR_GROUP,
  version: OPERATOR_VERSION,
  kind: CLUSTER_KIND,
  plural: "clusters",
  namespaced: true,
};

/** What a user wants for the volumes of clusters. */
export const STORAGE_POLICIES: Resource = productResource("StoragePolicy", "storagepolicies");

/** The audit record, and the only state of an operation. */
export const STORAGE_EVENTS: Resource = productResource("StorageEvent", "storageevents");

/** What is known about one cluster, for `kubectl get`. */
export const CLUSTER_STORAGES: Resource = productResource("ClusterStorage", "clusterstorages");

/** Pods that run PostgreSQL; poolers and jobs are left out. The label is there since CNPG 1.22. */
export const INSTANCE_POD_SELECTOR = `${OPERATOR_LABELS.podRole}=${INSTANCE_POD_ROLE}`;

/** Claims of any cluster. */
export const CLUSTER_CLAIM_SELECTOR = OPERATOR_LABELS.cluster;

function productResource(kind: string, plural: string): Resource {
  return { group: API_GROUP, version: API_VERSION, kind, plural, namespaced: true };
}
