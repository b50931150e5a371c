/**
 * A user's reset of the circuit breaker (PRD `reset-circuit-breaker`).
 *
 * @module
 */

import { ANNOTATION } from "../policy/annotation_keys.ts";
import type { ClusterView } from "../view/cluster.ts";
import type { Stance } from "./governance.ts";
import type { Action } from "./plan.ts";

/** Records the reset, from which the breaker's fold starts anew, and takes the annotation away. */
export function resetBreaker(view: ClusterView, stance: Stance): Action[] {
  if (!view.breakerReset || stance === "observes" || stance === "records") return [];
  return [
    {
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
    },
    { kind: "annotate", annotations: { [ANNOTATION.resetCircuitBreaker]: null } },
  ];
}
