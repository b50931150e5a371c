/**
 * Who tries first when the breaker that clusters share is half-open.
 *
 * Half-open lets one try pass, and all clusters see the same instant come. The first of them in order tries at
 * once, each further one a moment later; by then the expansion that was begun is known to all, and the others wait
 * for what becomes of it. A cluster that needs no room lets its turn pass.
 *
 * @module
 */

import type { Event } from "../event/event.ts";
import { after, type Millis, millis, MINUTE } from "../units/millis.ts";
import type { SharedBreakerState, SharedFailures } from "./shared_breaker.ts";

/** What one cluster begins is known to all after the answer to one write. */
export const TURN_MS: Millis = millis(5_000);

/** A try that takes longer, as one of a cluster that was paused meanwhile, holds nobody else up. */
export const PROBE_MS_MAX: Millis = millis(30 * MINUTE);

/** Why a cluster waits although the breaker is half-open. */
export interface ProbeWait {
  readonly message: string;
  readonly untilMs: Millis;
}

/** Why a cluster waits for another's try or for its own turn; undefined where it may try now. */
export function waitForProbe(
  { halfOpenAtMs }: Extract<SharedBreakerState, { readonly kind: "half-open" }>,
  { probe, turn = 0 }: SharedFailures,
  { events, nowMs }: { readonly events: readonly Event[]; readonly nowMs: Millis },
): ProbeWait | undefined {
  const probeEndMs = probe && after(probe.begunAtMs, PROBE_MS_MAX);
  if (probe !== undefined && probeEndMs !== undefined && nowMs < probeEndMs) {
    if (events.some(({ uid }) => uid === probe.eventUid)) return undefined;
    const message = `StorageEvent ${probe.eventName} tries for all clusters of the policy`;
    return { message, untilMs: probeEndMs };
  }
  const turnAtMs = after(halfOpenAtMs, TURN_MS * turn);
  if (nowMs >= turnAtMs) return undefined;
  return { message: "Another cluster of the policy tries first", untilMs: turnAtMs };
}
