/**
 * When an operation that failed is tried again (PRD StorageEvent `retryCount`, `nextRetryTime`).
 *
 * @module
 */

import type { Event, EventRetry, EventStatus } from "../event/event.ts";
import type { CircuitBreakerSettings } from "../policy/resolved.ts";
import type { ClusterView } from "../view/cluster.ts";
import { breakerOf } from "./breaker.ts";

/**
 * How often the worst volume of an operation has failed in a row, and when its breaker lets the next try pass;
 * undefined where none has failed by itself. `status` is the one that the operation is about to have.
 */
export function nextRetry(
  event: Event,
  status: EventStatus,
  { events, nowMs }: Pick<ClusterView, "events" | "nowMs">,
  settings: CircuitBreakerSettings,
): EventRetry | undefined {
  const after = events.map((other) => other.uid === event.uid ? { ...other, status } : other);
  const retries = status.volumes
    .filter(({ step }) => step === "Failed")
    .map(({ claimUid }): EventRetry => {
      const state = breakerOf(claimUid, after, settings, nowMs);
      switch (state.kind) {
        case "closed":
          return { count: state.failures };
        case "waiting":
          return { count: state.failures, nextAtMs: state.retryAtMs };
        case "open":
        case "half-open":
          return { count: state.failures, nextAtMs: state.halfOpenAtMs };
      }
    })
    .filter(({ count }) => count > 0)
    .toSorted((first, second) => second.count - first.count);
  return retries[0];
}
