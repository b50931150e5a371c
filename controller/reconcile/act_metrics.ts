/**
 * Counts what became of writes.
 *
 * @module
 */

import type { ActMetrics } from "../act/ports.ts";
import type { Metrics } from "../serve/metrics.ts";

/** The channel that is always there: the Kubernetes Events of the Cluster. */
const EVENT_CHANNEL = "kubernetes-event";

/** Turns what the actor reports into the PRD's metrics. */
export function createActMetrics(
  metrics: Pick<
    Metrics,
    | "expansionEnded"
    | "breakerFailuresCounted"
    | "errorOccurred"
    | "alertSent"
    | "alertSuppressed"
  >,
): ActMetrics {
  return {
    failed(cluster, kind): void {
      // A conflict is how one learns that somebody else wrote first, and no error.
      if (kind !== "conflict") metrics.errorOccurred(`write-${kind}`, cluster);
    },
    expansionEnded(cluster, ended): void {
      metrics.expansionEnded(cluster, ended);
      if (ended.failures > 0) metrics.breakerFailuresCounted(cluster, ended.failures);
    },
    alertSent: (cluster, severity) => metrics.alertSent(cluster, severity, EVENT_CHANNEL),
    alertSuppressed: (cluster, why) => metrics.alertSuppressed(cluster, why),
  };
}
