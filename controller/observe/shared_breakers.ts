/**
 * What the clusters that share a breaker have failed at together, counted once for all of them.
 *
 * Every view needs the count, every report makes views, and the events of a hundred clusters are thousands:
 * counting them for each view would cost more than everything else that a view is made of.
 *
 * @module
 */

import { type SharedFailures, sharedFailuresOf } from "../../lib/breaker/shared_breaker.ts";
import type { Event } from "../../lib/event/event.ts";
import { type NamespacedName, objectKey } from "../../lib/view/object_key.ts";

/** Where the events are found. */
export interface SharedBreakerSources {
  /** Keys of the clusters that share a breaker with a cluster, the same list for all of them; empty for none. */
  readonly sharing: (cluster: NamespacedName) => readonly string[];
  /** Events of the cluster with a key. */
  readonly events: (clusterKey: string) => readonly Event[];
}

/** Counts shared failures, and remembers a count for as long as the list of who shares it lives. */
export interface SharedBreakers {
  /** Undefined where the cluster has a breaker of its own alone. */
  failuresOf(cluster: NamespacedName): SharedFailures | undefined;
  /** An event of the cluster came or went: its clusters are counted anew when they are next asked about. */
  forget(cluster: NamespacedName): void;
  /** An event of the cluster changed: keys of the clusters to which that is news, none if the count is as before. */
  recount(cluster: NamespacedName): readonly string[];
}

/** Creates counts that are taken when they are first asked for. */
export function createSharedBreakers({ sharing, events }: SharedBreakerSources): SharedBreakers {
  const counts = new WeakMap<readonly string[], SharedFailures>();

  function count(keys: readonly string[]): SharedFailures {
    const failures = sharedFailuresOf(keys.flatMap(events));
    counts.set(keys, failures);
    return failures;
  }

  return {
    failuresOf(cluster): SharedFailures | undefined {
      const keys = sharing(cluster);
      if (keys.length === 0) return undefined;
      const failures = counts.get(keys) ?? count(keys);
      if (failures.lastAtMs === undefined) return failures;
      return { ...failures, turn: Math.max(0, keys.indexOf(objectKey(cluster))) };
    },
    forget(cluster): void {
      counts.delete(sharing(cluster));
    },
    recount(cluster): readonly string[] {
      const keys = sharing(cluster);
      if (keys.length === 0) return [];
      const before = counts.get(keys);
      const now = count(keys);
      const isSame = before?.count === now.count && before.lastAtMs === now.lastAtMs &&
        before.probe?.eventUid === now.probe?.eventUid;
      return isSame ? [] : keys;
    },
  };
}
