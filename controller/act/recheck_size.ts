/**
 * The checks of a size request that are made twice: once when deciding, once right before the PATCH.
 *
 * @module
 */

import type { RequestSize } from "../../lib/decide/plan.ts";
import type { Reason } from "../../lib/explain/reasons.ts";
import { formatQuantity } from "../../lib/units/quantity.ts";
import type { ClaimFacts } from "./ports.ts";

/** What the newest state of the claim says to a request. */
export type SizeCheck =
  | { readonly kind: "write" }
  /** The claim asks for this size or more already. */
  | { readonly kind: "already" }
  /** The claim is not the one that was decided about. */
  | { readonly kind: "stale"; readonly message: string }
  /** No state of the claim would make this request right. */
  | { readonly kind: "refuse"; readonly reason: Reason; readonly message: string };

/** Compares a request with the claim as it is now (DESIGN §3, `kubernetes.md` A1.3). */
export function recheckSize(action: RequestSize, claim: ClaimFacts | undefined): SizeCheck {
  const problem = identityProblem(action, claim);
  if (claim === undefined || problem !== undefined) {
    return { kind: "stale", message: problem ?? "the claim is gone" };
  }
  if (action.toBytes > action.limitBytes) {
    return {
      kind: "refuse",
      reason: "MaxSizeReached",
      message: `${formatQuantity(action.toBytes)} is above the limit of ${
        formatQuantity(action.limitBytes)
      }`,
    };
  }
  return action.lowering ? checkLowering(action, claim) : checkRaising(action, claim);
}

function identityProblem(action: RequestSize, claim: ClaimFacts | undefined): string | undefined {
  if (claim === undefined) return "the claim is gone";
  if (claim.uid !== action.claimUid) {
    return `the claim is another one now: expected UID ${action.claimUid}, found ${claim.uid}`;
  }
  if (claim.deleting) return "the claim is being deleted";
  return claim.capacityBytes === undefined ? "the claim has no capacity" : undefined;
}

function checkRaising(action: RequestSize, claim: ClaimFacts): SizeCheck {
  if (claim.requestBytes >= action.toBytes) return { kind: "already" };
  // A provider may round up: a volume that has the size needs no request for it.
  if (!isBelow(claim.capacityBytes, action.toBytes)) return { kind: "already" };
  // Not refused for good: it ends, and the next plan says how long it is waited for.
  if (claim.resizeStatus !== "none") {
    return { kind: "stale", message: `a resize is under way: ${claim.resizeStatus}` };
  }
  // Nobody has begun with what somebody else, the operator for one, has asked for a moment ago.
  if (isBelow(claim.capacityBytes, claim.requestBytes)) {
    const asked = formatQuantity(claim.requestBytes);
    return { kind: "stale", message: `a resize is under way: the claim asks for ${asked}` };
  }
  return { kind: "write" };
}

/**
 * Our own failed request may be lowered, and nobody else's; never to the capacity or below, which Kubernetes
 * refuses.
 */
function checkLowering(action: RequestSize, claim: ClaimFacts): SizeCheck {
  if (claim.requestBytes <= action.toBytes) return { kind: "already" };
  if (claim.requestBytes !== action.expectedRequestBytes) {
    return {
      kind: "stale",
      message:
        `only the request of ${formatQuantity(action.expectedRequestBytes)} may be lowered, ` +
        `the claim asks for ${formatQuantity(claim.requestBytes)}`,
    };
  }
  if (isBelow(claim.capacityBytes, action.toBytes)) return { kind: "write" };
  return {
    kind: "stale",
    message: `the capacity is no longer below ${formatQuantity(action.toBytes)}`,
  };
}

function isBelow(capacityBytes: number | undefined, toBytes: number): boolean {
  return capacityBytes !== undefined && capacityBytes < toBytes;
}
