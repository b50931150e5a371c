/**
 * Why a cluster has no ClusterStorage, as far as the user may look.
 *
 * @module
 */

import type { CallOptions } from "../../kube/api.ts";
import type { ClusterName, Reader } from "./read_cluster.ts";
import { ReadFailure, reading } from "./read_failure.ts";
import { readAll, readStorageList } from "./read_list.ts";
import { CLUSTER_STORAGES, CLUSTERS } from "./resources.ts";

/** What was found instead of a ClusterStorage. */
export type Absence =
  /** The manager's CustomResourceDefinitions are not installed. */
  | { readonly kind: "no-definitions" }
  /** The Cluster is there: no manager has looked at it. */
  | { readonly kind: "not-observed" }
  /** There is no such Cluster here; clusters of that name exist in these namespaces. */
  | { readonly kind: "no-cluster"; readonly elsewhere: readonly string[] }
  /** Whether there is a Cluster may not be looked at. */
  | { readonly kind: "unknown"; readonly elsewhere: readonly string[] };

const NOT_FOUND = 404;

/** Looks around after the ClusterStorage was not found. */
export async function whyAbsent(
  api: Reader,
  cluster: ClusterName,
  options: CallOptions,
): Promise<Absence> {
  if (!await areDefined(api, cluster.namespace, options)) return { kind: "no-definitions" };
  const found = await clusterExists(api, cluster, options);
  if (found === true) return { kind: "not-observed" };
  const elsewhere = await namespacesOf(api, cluster, options);
  return found === undefined ? { kind: "unknown", elsewhere } : { kind: "no-cluster", elsewhere };
}

/** A list of a resource that is defined is never "not found", however empty. */
async function areDefined(
  api: Reader,
  namespace: string,
  options: CallOptions,
): Promise<boolean> {
  try {
    await readAll(api, CLUSTER_STORAGES, { namespace }, options);
    return true;
  } catch (error) {
    if (error instanceof ReadFailure) return error.code !== NOT_FOUND;
    throw error;
  }
}

async function clusterExists(
  api: Reader,
  cluster: ClusterName,
  options: CallOptions,
): Promise<boolean | undefined> {
  const target = { verb: "get", resource: CLUSTERS, ...cluster } as const;
  try {
    await reading(target, () => api.get(CLUSTERS, cluster, options));
    return true;
  } catch (error) {
    if (!(error instanceof ReadFailure)) throw error;
    return error.code === NOT_FOUND ? false : undefined;
  }
}

async function namespacesOf(
  api: Reader,
  { name }: ClusterName,
  options: CallOptions,
): Promise<string[]> {
  try {
    const scope = { fieldSelector: `metadata.name=${name}` };
    const { storages } = await readStorageList(api, scope, options);
    return storages.filter((storage) => storage.name === name).map(({ namespace }) => namespace);
  } catch (error) {
    if (error instanceof ReadFailure) return [];
    throw error;
  }
}
