/**
 * Since when CloudNativePG has been busy with each cluster, as far as this process saw it.
 *
 * Its phase carries no time, and a phase may follow another. A process that begins counts anew: routine expansions
 * then wait once more, as they would without any bound.
 *
 * @module
 */

/** Remembers by the Cluster's UID. Its size is that of the clusters that are busy. */
export interface BusyTimes {
  /** Takes what is seen of a cluster at an instant of the monotonic clock. */
  see(clusterUid: string, busy: boolean, seenAtMs: number): void;
  /** Forgets a cluster that is gone. */
  forget(clusterUid: string): void;
  /** Since when it has been busy without a break; undefined while CNPG rests. */
  since(clusterUid: string): number | undefined;
}

/** Creates an empty memory. */
export function createBusyTimes(): BusyTimes {
  const times = new Map<string, number>();
  return {
    see(clusterUid, busy, seenAtMs): void {
      if (!busy) times.delete(clusterUid);
      else if (!times.has(clusterUid)) times.set(clusterUid, seenAtMs);
    },
    forget(clusterUid): void {
      times.delete(clusterUid);
    },
    since: (clusterUid) => times.get(clusterUid),
  };
}
