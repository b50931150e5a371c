/**
 * What was seen of the Lease, and when.
 *
 * Others are judged by one clock alone, our own monotonic one: by when we last saw the Lease change, never by
 * the times that stand in it. So it does not matter what their clocks say (`kubernetes.md` A6).
 *
 * @module
 */

import type { JsonObject } from "../api.ts";
import type { Clock } from "../clock.ts";
import { type Lease, readLease } from "./lease_object.ts";

/** Remembers the Lease as it was last seen; it is remembered also when it is gone. */
export interface LeaseSight {
  /** Takes in what the API server answered. */
  note(object: JsonObject): Lease;
  /** The Lease as it was last seen, undefined if it never was. */
  seen(): Lease | undefined;
  /** How long others than its holder must leave the Lease alone; 0 if it is free or ours. */
  freeInMs(): number;
}

/** Whose sight it is. */
export interface LeaseSightOptions {
  readonly identity: string;
  /** For holders that do not say how long they ask others to wait. */
  readonly leaseDurationMs: number;
  readonly clock: Clock;
}

/** Creates a sight of nothing. */
export function createLeaseSight(
  { identity, leaseDurationMs, clock }: LeaseSightOptions,
): LeaseSight {
  let seen: Lease | undefined;
  /** When the answer came that showed the last change: later than the change, which errs to the safe side. */
  let changedAtMs = 0;
  return {
    note(object): Lease {
      const lease = readLease(object);
      if (seen?.resourceVersion !== lease.resourceVersion) changedAtMs = clock.monotonic();
      seen = lease;
      return lease;
    },
    seen: () => seen,
    freeInMs(): number {
      if (seen === undefined || ["", identity].includes(seen.holder)) return 0;
      const durationMs = seen.durationMs ?? leaseDurationMs;
      return Math.max(0, changedAtMs + durationMs - clock.monotonic());
    },
  };
}
