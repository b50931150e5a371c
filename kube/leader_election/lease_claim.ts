/**
 * One try to hold the Lease, or to give it up.
 *
 * @module
 */

import { ApiError, type CallOptions, type KubeApi } from "../api.ts";
import { LEASE } from "../resources.ts";
import { heldLease, type Lease, newLease, releasedLease } from "./lease_object.ts";
import { createLeaseSight, type LeaseSight, type LeaseSightOptions } from "./lease_sight.ts";

/** What one try came to. */
export type Claim =
  | { readonly kind: "ours" }
  /** Nobody else may have it for so long, if its holder does not renew it. */
  | { readonly kind: "theirs"; readonly freeInMs: number }
  /** Somebody else wrote at the same time. */
  | { readonly kind: "raced" };

/** Tries to hold one Lease. */
export interface LeaseClaim extends Pick<LeaseSight, "seen" | "freeInMs"> {
  /**
   * Renews the Lease, or takes it if it is nobody's or its holder's time is up. Rejects where nothing is known:
   * what was written may have taken effect, and the next try finds out.
   */
  claim(call: CallOptions): Promise<Claim>;
  /** Gives the Lease up if it is ours; "raced" if somebody, perhaps a late request of our own, wrote meanwhile. */
  release(call: CallOptions): Promise<"released" | "not-ours" | "raced">;
}

/** What is claimed, by whom. */
export interface LeaseClaimOptions extends LeaseSightOptions {
  readonly api: Pick<KubeApi, "get" | "create" | "replace">;
  readonly name: { readonly namespace: string; readonly name: string };
}

/** Creates a claim that has seen nothing yet. */
export function createLeaseClaim(options: LeaseClaimOptions): LeaseClaim {
  const { api, name, identity, clock, leaseDurationMs } = options;
  const { namespace } = name;
  const sight = createLeaseSight(options);
  /** The Lease as we wrote it, as long as nothing speaks against its being so still. */
  let own: Lease | undefined;

  function holding(): Parameters<typeof newLease>[1] {
    return { identity, durationMs: leaseDurationMs, nowMs: clock.now() };
  }

  async function hold(lease: Lease, call: CallOptions): Promise<void> {
    own = undefined;
    own = sight.note(await api.replace(LEASE, name, heldLease(lease, holding()), call));
  }

  async function find(call: CallOptions): Promise<Lease | undefined> {
    try {
      return sight.note(await api.get(LEASE, name, call));
    } catch (error) {
      if (error instanceof ApiError && error.isNotFound) return undefined;
      throw error;
    }
  }

  async function claimAnew(call: CallOptions): Promise<Claim> {
    const found = await find(call);
    // Also a Lease that was deleted is left to its holder, who may not know yet.
    const waitMs = sight.freeInMs();
    if (waitMs > 0) return { kind: "theirs", freeInMs: waitMs };
    if (found !== undefined) await hold(found, call);
    else {own = sight.note(
        await api.create(LEASE, newLease(name, holding()), { ...call, namespace }),
      );}
    return { kind: "ours" };
  }

  return {
    async claim(call): Promise<Claim> {
      try {
        if (own !== undefined) {
          await hold(own, call);
          return { kind: "ours" };
        }
      } catch (error) {
        if (!isOvertaken(error)) throw error;
      }
      try {
        return await claimAnew(call);
      } catch (error) {
        if (!isOvertaken(error)) throw error;
        return { kind: "raced" };
      }
    },
    async release(call): Promise<"released" | "not-ours" | "raced"> {
      own = undefined;
      const found = await find(call);
      if (found?.holder !== identity) return "not-ours";
      try {
        sight.note(await api.replace(LEASE, name, releasedLease(found, clock.now()), call));
        return "released";
      } catch (error) {
        if (!isOvertaken(error)) throw error;
        return "raced";
      }
    },
    seen: sight.seen,
    freeInMs: sight.freeInMs,
  };
}

/** The Lease is not what it was when we looked: written by another, by a lost try of ours, or deleted. */
function isOvertaken(error: unknown): boolean {
  return error instanceof ApiError && (error.isConflict || error.isNotFound || error.isGone);
}
