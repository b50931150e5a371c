/**
 * Metrics to which everything has happened once.
 *
 * @module
 */

import type { Metrics } from "../metrics.ts";
import type { RuntimeHealth } from "../runtime_metrics.ts";
import type { ClusterLabels } from "../series_ledger.ts";

/** A moment in which everything of the controller has something to tell. */
export const HEALTH: RuntimeHealth = {
  watches: [{
    resource: "pods",
    synced: true,
    silentForMs: 2_000,
    relists: 5,
    failures: 6,
    unreadable: 7,
  }],
  queues: [{ queue: "cluster", ready: 1, running: 2, waiting: 3, failing: 4, oldestMs: 250 }],
  lanes: [{ lane: "volume", inFlight: 1, queued: 2 }],
  history: "unavailable",
};

/** Tells everything that can be told about a cluster: each series of it exists after that. */
export function tellEverything(metrics: Metrics, cluster: ClusterLabels): void {
  const instance = `${cluster.cluster}-1`;
  metrics.setVolumes(cluster, [{
    pvc: instance,
    instance,
    usedBytes: 87,
    capacityBytes: 100,
    usedPercent: 87,
    pressurePercent: 80,
    sample: { source: "agent", ageMs: 1_500 },
    forecast: { confidence: "high", timeToFullMs: 7_200_000 },
    budgetLeft: 3,
    wal: { sizeBytes: 32, files: 2, archivingLagMs: 500, heldByArchiveBytes: 16 },
  }]);
  metrics.expansionEnded(cluster, { result: "success", addedBytes: 50, durationMs: 2_500 });
  metrics.setExpansionsInProgress(cluster, 1);
  metrics.setBreakerOpen(cluster, true);
  metrics.breakerFailuresCounted(cluster, 1);
  metrics.errorOccurred("patch", cluster);
  metrics.reportReceived(cluster, instance);
  metrics.alertSent(cluster, "critical", "kubernetes-event");
  metrics.alertSuppressed(cluster, "remediation");
  metrics.beginCountingCleanups(cluster);
  metrics.cleanupEnded(cluster, { result: "success", filesRemoved: 4, freedBytes: 64 });
}

/** Tells everything that concerns no cluster. */
export function tellTheRest(metrics: Metrics): void {
  metrics.setManagedClusters(new Map([["shop", 2]]));
  metrics.setActivePolicies(new Map([["shop", 1]]));
  metrics.reconcileEnded("cluster", "success", 4);
  metrics.errorOccurred("history");
  metrics.reportEnded("Accepted");
  metrics.decisionMade(0.05);
  metrics.laneWaited("volume", 100);
}
