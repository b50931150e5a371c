/**
 * The custom resources that the plugin reads.
 *
 * @module
 */

import type { Resource } from "../../kube/api.ts";
import { API_GROUP, API_VERSION } from "../../lib/policy/api_group.ts";
import { CLUSTER_KIND, OPERATOR_GROUP, OPERATOR_VERSION } from "../../lib/policy/operator_names.ts";

/** A PostgreSQL cluster of CloudNativePG; its annotations say who paused it. */
export const CLUSTERS: Resource = {
  group: OPERATOR_GROUP,
  version: OPERATOR_VERSION,
  kind: CLUSTER_KIND,
  plural: "clusters",
  namespaced: true,
};

/** What the manager knows of a cluster. */
export const CLUSTER_STORAGES: Resource = productResource("ClusterStorage", "clusterstorages");

/** What the manager did, and is doing. */
export const STORAGE_EVENTS: Resource = productResource("StorageEvent", "storageevents");

/** What users want of it. */
export const STORAGE_POLICIES: Resource = productResource("StoragePolicy", "storagepolicies");

/** `clusterstorages.cnpg.supporttools.io`, as kubectl names resources in errors. */
export function qualifiedName({ plural, group }: Resource): string {
  return group === "" ? plural : `${plural}.${group}`;
}

function productResource(kind: string, plural: string): Resource {
  return { group: API_GROUP, version: API_VERSION, kind, plural, namespaced: true };
}
