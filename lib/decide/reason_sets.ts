/**
 * Picks held candidates by why they are held.
 *
 * @module
 */

import type { Reason } from "../explain/reasons.ts";
import type { HeldCandidate } from "./propose_expansions.ts";

/** A predicate: held for one of `reasons`. */
export function isAnyOf(reasons: readonly Reason[]): (held: HeldCandidate) => boolean {
  return function isHeldFor({ hold }: HeldCandidate): boolean {
    return reasons.includes(hold.reason);
  };
}
