/**
 * Counts what was done.
 *
 * @module
 */

import type { ActMetrics } from "../act/ports.ts";
import type { Metrics } from "../serve/metrics.ts";

/** Turns what the actor reports into the PRD's metrics. */
export function createActMetrics(
  metrics: Pick<Metrics, "expansionEnded" | "breakerFailureCounted" | "errorOccurred">,
): ActMetrics {
  return {
    written(): void {
      // Successful writes show in the API server's audit and in what they change.
    },
    failed(_verb, kind, _reason): void {
      if (kind !== "conflict") metrics.errorOccurred(`write-${kind}`);
    },
    expansionEnded(cluster, ended): void {
      metrics.expansionEnded(cluster, ended);
      if (ended.result === "failure") metrics.breakerFailureCounted(cluster);
    },
  };
}
