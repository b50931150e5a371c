/**
 * Objects by the cluster they belong to.
 *
 * A view reads the claims and pods of one cluster; without an index each view would look at all of them.
 *
 * @module
 */

import type { Change } from "../../kube/object_cache.ts";

/** Objects by the key of their cluster. */
export interface ClusterIndex<T> {
  /** Takes a difference in. */
  apply(change: Change<T>): void;
  of(clusterKey: string): readonly T[];
}

/** Creates an empty index; objects without a cluster are left out. */
export function createClusterIndex<T>(
  clusterKeyOf: (object: T) => string | undefined,
): ClusterIndex<T> {
  const clusters = new Map<string, Map<string, T>>();

  function remove(key: string, object: T): void {
    const clusterKey = clusterKeyOf(object);
    if (clusterKey === undefined) return;
    const members = clusters.get(clusterKey);
    members?.delete(key);
    if (members?.size === 0) clusters.delete(clusterKey);
  }

  function add(key: string, object: T): void {
    const clusterKey = clusterKeyOf(object);
    if (clusterKey === undefined) return;
    const members = clusters.get(clusterKey) ?? new Map<string, T>();
    clusters.set(clusterKey, members.set(key, object));
  }

  return {
    apply(change): void {
      if (change.kind !== "added") remove(change.key, change.previous);
      if (change.kind !== "deleted") add(change.key, change.object);
    },
    of: (clusterKey) => [...(clusters.get(clusterKey)?.values() ?? [])],
  };
}
