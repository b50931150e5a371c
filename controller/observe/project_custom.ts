/**
 * What is kept of this product's own objects.
 *
 * They throw where an object cannot be read: the reflector then keeps its last readable state, and says so.
 *
 * @module
 */

import type { JsonObject } from "../../kube/api.ts";
import { type ClusterStorage, parseClusterStorage } from "../../lib/cluster_storage/mod.ts";
import { type ParsedEvent, parseStorageEvent } from "../../lib/event/parse_storage_event.ts";
import { parseStoragePolicy, type StoragePolicy } from "../../lib/policy/storage_policy.ts";

/** A StorageEvent with the Cluster that it is about. */
export type EventRecord = Extract<ParsedEvent, { readonly kind: "event" }>;

/**
 * Projects a StoragePolicy.
 *
 * @throws {TypeError} If it cannot be read.
 */
export function projectPolicy(object: JsonObject): StoragePolicy {
  const parsed = parseStoragePolicy(object);
  if (parsed.kind === "invalid") throw new TypeError(parsed.message);
  return parsed.policy;
}

/**
 * Projects a StorageEvent.
 *
 * @throws {TypeError} If it cannot be read.
 */
export function projectEvent(object: JsonObject): EventRecord {
  const parsed = parseStorageEvent(object);
  if (parsed.kind === "invalid") throw new TypeError(parsed.message);
  return parsed;
}

/**
 * Projects a ClusterStorage.
 *
 * @throws {TypeError} If it cannot be read.
 */
export function projectClusterStorage(object: JsonObject): ClusterStorage {
  const parsed = parseClusterStorage(object);
  if (parsed.kind === "invalid") throw new TypeError(parsed.message);
  return parsed.clusterStorage;
}
