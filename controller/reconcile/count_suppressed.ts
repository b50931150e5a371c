/**
 * Counts alerts that are kept back while their volume is being helped.
 *
 * @module
 */

import { alertCause } from "../../lib/alert/cause.ts";
import type { AlertIntent } from "../../lib/decide/plan.ts";
import type { ClusterView } from "../../lib/view/cluster.ts";
import type { Metrics } from "../serve/metrics.ts";

/** Counts each alert when it begins to be kept back, and not with every round. */
export interface SuppressionCounter {
  count(view: ClusterView, suppressed: readonly AlertIntent[]): void;
  /** The cluster is gone. */
  forget(clusterUid: string): void;
}

/** Creates a counter that knows of nothing; it keeps the causes that are kept back now, by cluster. */
export function createSuppressionCounter(
  metrics: Pick<Metrics, "alertSuppressed">,
): SuppressionCounter {
  const causesByCluster = new Map<string, ReadonlySet<string>>();
  return {
    count({ uid, namespace, name: cluster }, suppressed): void {
      const before = causesByCluster.get(uid);
      const causes = new Set(suppressed.map(alertCause));
      for (const cause of causes) {
        if (!before?.has(cause)) metrics.alertSuppressed({ namespace, cluster }, "remediation");
      }
      if (causes.size === 0) causesByCluster.delete(uid);
      else causesByCluster.set(uid, causes);
    },
    forget: (clusterUid) => void causesByCluster.delete(clusterUid),
  };
}
