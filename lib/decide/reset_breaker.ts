/**
 * A user's reset of the circuit breaker (PRD `reset-circuit-breaker`).
 *
 * @module
 */

import type { Event } from "../event/event.ts";
import { ANNOTATION } from "../policy/annotation_keys.ts";
import type { ClusterView } from "../view/cluster.ts";
import type { Stance } from "./governance.ts";
import type { Action, OpenEvent } from "./plan.ts";

/**
 * Records the reset, from which the breaker's fold starts anew, and takes the annotation away. An annotation
 * that cannot be taken away is no second reset: one that no failure has followed is in force already.
 */
export function resetBreaker(view: ClusterView, stance: Stance): Action[] {
  if (!view.breakerReset || stance === "observes" || stance === "records") return [];
  return [
    ...(isReset(view) ? [] : [recordOf(view)]),
    { kind: "annotate", annotations: { [ANNOTATION.resetCircuitBreaker]: null } },
  ];
}

/**
 * Told by the order of the events, as the breaker's fold is: times come from two clocks. Failures of other clusters
 * that share the breaker are not among them, and a reset is in force for these only while none is counted.
 */
function isReset({ events, sharedFailures }: ClusterView): boolean {
  if (sharedFailures !== undefined && sharedFailures.count > 0) return false;
  const resetIndex = events.findLastIndex(({ eventType, reason }) =>
    eventType === "circuit-breaker" && reason === "BreakerReset"
  );
  return resetIndex >= 0 && !events.slice(resetIndex + 1).some(hasFailure);
}

function hasFailure({ dryRun, status }: Event): boolean {
  return !dryRun && status.volumes.some(({ step }) => step === "Failed");
}

function recordOf(view: ClusterView): OpenEvent {
  return {
    kind: "open-event",
    draft: {
      eventType: "circuit-breaker",
      trigger: "manual",
      dryRun: false,
      reason: "BreakerReset",
      message: "Reset by the annotation reset-circuit-breaker",
      status: {
        phase: "Completed",
        completedAtMs: view.nowMs,
        volumes: [],
        writeBack: { state: "skipped" },
        conditions: [],
      },
    },
  };
}
