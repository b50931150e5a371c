/**
 * Reads lists, page by page.
 *
 * @module
 */

import type { CallOptions, JsonObject, KubeApi, Resource } from "../../kube/api.ts";
import {
  type ClusterStorage,
  parseClusterStorage,
} from "../../lib/cluster_storage/cluster_storage.ts";
import { reading } from "./read_failure.ts";
import type { StorageList } from "./report.ts";
import { CLUSTER_STORAGES } from "./resources.ts";

/** As kubectl's `--chunk-size`. */
const PAGE_SIZE = 500;

/** Half a million objects: a server that hands out more pages hands out the same one for ever. */
const PAGES_MAX = 1_000;

/** Which objects to list. */
export interface ListScope {
  /** Absent: all namespaces. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

/** Reads every object of a resource. */
export async function readAll(
  api: Pick<KubeApi, "list">,
  resource: Resource,
  scope: ListScope,
  options: CallOptions,
): Promise<JsonObject[]> {
  const target = { verb: "list", resource, namespace: scope.namespace } as const;
  const items: JsonObject[] = [];
  let next: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const query = { ...scope, limit: PAGE_SIZE, continue: next };
    const answer = await reading(target, () => api.list(resource, query, options));
    items.push(...answer.items);
    next = answer.continue;
    if (next === undefined) return items;
  }
  throw new RangeError(`Cannot list ${resource.plural}: expected at most ${PAGES_MAX} pages`);
}

/** Reads the ClusterStorages of a namespace, or of all. */
export async function readStorageList(
  api: Pick<KubeApi, "list">,
  scope: ListScope,
  options: CallOptions,
): Promise<StorageList> {
  const objects = await readAll(api, CLUSTER_STORAGES, scope, options);
  const storages: ClusterStorage[] = [];
  const problems: string[] = [];
  for (const parsed of objects.map(parseClusterStorage)) {
    if (parsed.kind === "cluster-storage") storages.push(parsed.clusterStorage);
    else problems.push(parsed.message);
  }
  return { storages, problems };
}
