/**
 * Since when each pod has been running, as far as this process saw it.
 *
 * A pod tells its own start on the clock of its node, which is never compared with ours (docs/adr/0009). What counts
 * is how long somebody here could have heard of it: a process that begins, or begins to lead, counts anew.
 *
 * @module
 */

/** Where the times are read. */
export interface RunningTimesReader {
  /** On the monotonic clock; undefined while the pod does not run. */
  since(podUid: string): number | undefined;
}

/** Remembers by the pod's UID. Its size is that of the pods that run. */
export interface RunningTimes extends RunningTimesReader {
  /** Takes what is seen of a pod at an instant of the monotonic clock. */
  see(podUid: string, isRunning: boolean, seenAtMs: number): void;
  /** Forgets a pod that is gone. */
  forget(podUid: string): void;
  /** Nothing was listened to before this instant. */
  countAnew(atMs: number): void;
}

/** Creates an empty memory. */
export function createRunningTimes(): RunningTimes {
  const times = new Map<string, number>();
  let listeningSinceMs = Number.NEGATIVE_INFINITY;
  return {
    see(podUid, isRunning, seenAtMs): void {
      if (!isRunning) times.delete(podUid);
      else if (!times.has(podUid)) times.set(podUid, seenAtMs);
    },
    forget(podUid): void {
      times.delete(podUid);
    },
    countAnew(atMs): void {
      listeningSinceMs = atMs;
    },
    since(podUid): number | undefined {
      const sinceMs = times.get(podUid);
      return sinceMs === undefined ? undefined : Math.max(sinceMs, listeningSinceMs);
    },
  };
}
