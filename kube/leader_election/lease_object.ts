/**
 * The Lease as an object of the API server.
 *
 * @module
 */

import * as z from "zod";

import type { JsonObject } from "../api.ts";
import { isJsonObject } from "../json.ts";
import { readMetadata } from "../object_metadata.ts";
import { LEASE } from "../resources.ts";

const MS_PER_SECOND = 1_000;

/** Who has given the Lease up leaves it for the shortest time that the API server takes (as client-go). */
const RELEASED_SECONDS = 1;

/** `coordination.k8s.io/v1.LeaseSpec`, as far as it is used; every part of it may be absent or odd. */
const specSchema = z.object({
  holderIdentity: z.string().catch(""),
  leaseDurationSeconds: z.int().positive().optional().catch(undefined),
  leaseTransitions: z.int().nonnegative().catch(0),
});

/** A Lease as it stood at one instant. */
export interface Lease {
  readonly resourceVersion: string;
  /** Identity of who holds it; empty if nobody does. */
  readonly holder: string;
  /** How long the holder asked others to wait; undefined if it did not say. */
  readonly durationMs: number | undefined;
  /** How often it went from one holder to another. */
  readonly transitions: number;
  /** Everything, to be sent back with changes. */
  readonly object: JsonObject;
}

/** What a holder writes. */
export interface Holding {
  readonly identity: string;
  readonly durationMs: number;
  /** Milliseconds since the Unix epoch, for people who read the Lease: nobody judges by it. */
  readonly nowMs: number;
}

/**
 * Reads a Lease.
 *
 * @throws {TypeError} if it is no object of the API server.
 */
export function readLease(object: JsonObject): Lease {
  const spec = specSchema.parse(isJsonObject(object["spec"]) ? object["spec"] : {});
  const { leaseDurationSeconds: seconds } = spec;
  return {
    resourceVersion: readMetadata(object).resourceVersion,
    holder: spec.holderIdentity,
    durationMs: seconds === undefined ? undefined : seconds * MS_PER_SECOND,
    transitions: spec.leaseTransitions,
    object,
  };
}

/** A Lease that did not exist before. */
export function newLease(
  name: { readonly namespace: string; readonly name: string },
  holding: Holding,
): JsonObject {
  const time = microTime(holding.nowMs);
  return {
    apiVersion: `${LEASE.group}/${LEASE.version}`,
    kind: LEASE.kind,
    metadata: { ...name },
    spec: { ...holdingSpec(holding), acquireTime: time, leaseTransitions: 0 },
  };
}

/** The Lease renewed by its holder, or taken by another. */
export function heldLease(lease: Lease, holding: Holding): JsonObject {
  const isRenewal = lease.holder === holding.identity;
  return {
    ...lease.object,
    spec: {
      ...specOf(lease),
      ...holdingSpec(holding),
      ...isRenewal ? {} : {
        acquireTime: microTime(holding.nowMs),
        leaseTransitions: lease.transitions + 1,
      },
    },
  };
}

/** The Lease given up. */
export function releasedLease(lease: Lease, nowMs: number): JsonObject {
  return {
    ...lease.object,
    spec: {
      ...specOf(lease),
      holderIdentity: "",
      leaseDurationSeconds: RELEASED_SECONDS,
      renewTime: microTime(nowMs),
    },
  };
}

function specOf({ object }: Lease): JsonObject {
  return isJsonObject(object["spec"]) ? object["spec"] : {};
}

function holdingSpec({ identity, durationMs, nowMs }: Holding): JsonObject {
  return {
    holderIdentity: identity,
    leaseDurationSeconds: Math.ceil(durationMs / MS_PER_SECOND),
    renewTime: microTime(nowMs),
  };
}

/** `meta/v1.MicroTime` has exactly six digits of a second. */
function microTime(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000Z");
}
