/**
 * Counts removals of WAL by the StorageEvents that tell of them.
 *
 * @module
 */

import type { Event } from "../../lib/event/event.ts";
import type { ClusterView } from "../../lib/view/cluster.ts";
import type { CleanupMetrics } from "../serve/cleanup_metrics.ts";
import type { ClusterLabels } from "../serve/series_ledger.ts";

/** Counts what ended. */
export interface CleanupCounter {
  /** Counts the removals of the view that have ended since the one before. */
  count(view: ClusterView): void;
  /** The Cluster is gone. */
  forget(clusterUid: string): void;
}

/**
 * Creates a counter that has seen nothing yet. What had ended before a cluster is first seen is not counted: it
 * was counted by the process before, and StorageEvents are kept for weeks.
 */
export function createCleanupCounter(metrics: CleanupMetrics): CleanupCounter {
  const endedByCluster = new Map<string, ReadonlySet<string>>();
  return {
    count(view): void {
      const cleanups = view.events.filter(isCleanup);
      const labels: ClusterLabels = { namespace: view.namespace, cluster: view.name };
      if (cleanups.length > 0) metrics.beginCountingCleanups(labels);
      const ended = cleanups.filter(hasEnded);
      const before = endedByCluster.get(view.uid);
      endedByCluster.set(view.uid, new Set(ended.map(({ uid }) => uid)));
      for (const { uid, status, walCleanup } of before === undefined ? [] : ended) {
        if (before?.has(uid)) continue;
        metrics.cleanupEnded(labels, {
          result: status.phase === "Completed" ? "success" : "failure",
          filesRemoved: walCleanup?.filesRemoved ?? 0,
          freedBytes: walCleanup?.freedBytes ?? 0,
        });
      }
    },
    forget: (clusterUid) => void endedByCluster.delete(clusterUid),
  };
}

function isCleanup({ eventType, dryRun }: Event): boolean {
  return eventType === "wal-cleanup" && !dryRun;
}

function hasEnded({ status: { phase } }: Event): boolean {
  return phase === "Completed" || phase === "Failed";
}
