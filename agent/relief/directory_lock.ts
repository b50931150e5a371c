/**
 * The ReliefLock port on flock(2) of a directory.
 *
 * Nothing is written, because a full volume has no room for a lock file; the kernel lets go of the lock when
 * the process ends, so that none is ever stale; and it holds between containers, whose process ids say nothing
 * about each other.
 *
 * Adapter: locks a directory.
 *
 * @module
 */

import type { ReliefLock } from "./lock.ts";

/** The lock of a directory, pg_wal's for one: whoever relieves the same WAL meets there. */
export function directoryLock(path: string): ReliefLock {
  return {
    async tryTake(): Promise<Disposable | undefined> {
      const file = await Deno.open(path);
      try {
        if (await file.tryLock(true)) return file;
      } catch (error) {
        file.close();
        throw error;
      }
      file.close();
      return undefined;
    },
  };
}
