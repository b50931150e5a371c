/**
 * What the plugin knows of clusters: what it read, and what it could not read.
 *
 * @module
 */

import type { ClusterStorage } from "../../lib/cluster_storage/cluster_storage.ts";
import type { Event } from "../../lib/event/event.ts";
import type { NamedSpec } from "../../lib/policy/resolve.ts";

/** Something that could be read, or why it could not. */
export type Reading<Value> =
  | { readonly kind: "read"; readonly value: Value }
  | { readonly kind: "unread"; readonly message: string };

/** The policies that a cluster's settings may come from, nearest first. */
export interface PolicySources {
  /** The policy that governs the cluster, and whether the manager accepts it. */
  readonly policy: NamedSpec;
  /** The policy with an empty selector in the same namespace. */
  readonly namespaceDefault?: NamedSpec | undefined;
}

/** Everything about one cluster. */
export interface ClusterReport {
  readonly storage: ClusterStorage;
  /** Newest first. */
  readonly events: Reading<readonly Event[]>;
  /** `undefined`: no policy governs the cluster. */
  readonly policies: Reading<PolicySources | undefined>;
  /** Annotations of the Cluster. */
  readonly annotations: Reading<Readonly<Record<string, string>>>;
}

/** Every cluster of a namespace, or of all. */
export interface StorageList {
  readonly storages: readonly ClusterStorage[];
  /** One sentence for each object that could not be understood. */
  readonly problems: readonly string[];
}
