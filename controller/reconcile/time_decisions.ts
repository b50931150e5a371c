/**
 * Measures how long decisions take.
 *
 * @module
 */

import type { Clock } from "../../kube/clock.ts";
import type { Plan } from "../../lib/decide/plan.ts";
import type { ClusterView } from "../../lib/view/cluster.ts";
import type { Metrics } from "../serve/metrics.ts";

/** What measuring needs. */
export interface TimingDependencies {
  readonly metrics: Pick<Metrics, "decisionMade">;
  readonly clock: Pick<Clock, "monotonic">;
}

/** The same decisions, with the time that each one took told. */
export function timeDecisions(
  decide: (view: ClusterView) => Plan,
  { metrics, clock }: TimingDependencies,
): (view: ClusterView) => Plan {
  return function decideTimed(view): Plan {
    const startMs = clock.monotonic();
    const plan = decide(view);
    metrics.decisionMade(clock.monotonic() - startMs);
    return plan;
  };
}
