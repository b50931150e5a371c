/**
 * What instances counted in their pg_wal.
 *
 * @module
 */

import type { WalDirectory } from "../../lib/view/volume.ts";

/** Where the counts are read. */
export interface WalCountReader {
  /** By the UID of a pod; undefined where nothing was counted at or after an instant of the monotonic clock. */
  since(podUid: string, earliestMs: number): WalDirectory | undefined;
}

/** Remembers the last count of each pod. Its size is that of the pods that were asked and are not gone. */
export interface WalCounts extends WalCountReader {
  /** `takenAtMs` is on the monotonic clock. */
  put(podUid: string, directory: WalDirectory, takenAtMs: number): void;
  /** Forgets a pod that is gone. */
  forget(podUid: string): void;
}

interface Counted {
  readonly directory: WalDirectory;
  readonly takenAtMs: number;
}

/** Creates an empty memory. */
export function createWalCounts(): WalCounts {
  const counts = new Map<string, Counted>();
  return {
    put(podUid, directory, takenAtMs): void {
      counts.set(podUid, { directory, takenAtMs });
    },
    forget(podUid): void {
      counts.delete(podUid);
    },
    since(podUid, earliestMs): WalDirectory | undefined {
      const counted = counts.get(podUid);
      return counted === undefined || counted.takenAtMs < earliestMs
        ? undefined
        : counted.directory;
    },
  };
}
