/**
 * When the capacity of each claim last changed, as far as this process saw it.
 *
 * @module
 */

import type { Bytes } from "../../lib/units/bytes.ts";

/** A change of a claim's capacity. */
export interface CapacityChange {
  /** The capacity before the change. */
  readonly fromBytes: Bytes;
  /** When it was seen here, on the monotonic clock; it happened a moment before. */
  readonly seenAtMs: number;
}

/** Where the changes are read. */
export interface CapacityChangeReader {
  /** Undefined where no change was seen: a claim's first sight is none. */
  last(claimUid: string): CapacityChange | undefined;
}

/** Remembers changes by the claim's UID. Its size is that of the claims in the cache. */
export interface CapacityChanges extends CapacityChangeReader {
  /** Compares a claim with what was seen of it before; `seenAtMs` is on the monotonic clock. */
  see(claimUid: string, capacityBytes: Bytes | undefined, seenAtMs: number): void;
  /** Forgets a claim that is gone. */
  forget(claimUid: string): void;
}

interface Seen {
  readonly capacityBytes: Bytes;
  readonly change?: CapacityChange | undefined;
}

/** Creates an empty memory. */
export function createCapacityChanges(): CapacityChanges {
  const claims = new Map<string, Seen>();
  return {
    see(claimUid, capacityBytes, seenAtMs): void {
      if (capacityBytes === undefined) return;
      const before = claims.get(claimUid);
      if (before?.capacityBytes === capacityBytes) return;
      const change = before && { fromBytes: before.capacityBytes, seenAtMs };
      claims.set(claimUid, { capacityBytes, change });
    },
    forget(claimUid): void {
      claims.delete(claimUid);
    },
    last: (claimUid) => claims.get(claimUid)?.change,
  };
}
