/**
 * Metrics of removals of WAL (PRD Operation Metrics).
 *
 * @module
 */

import { metricName } from "./metric_name.ts";
import { Counter, type Registry } from "./prom_client/mod.ts";
import { type ClusterLabels, labelsOf, type SeriesLedger } from "./series_ledger.ts";

const RESULTS = ["success", "failure"] as const;

/** How a removal of WAL ended. */
export interface EndedCleanup {
  readonly result: (typeof RESULTS)[number];
  readonly filesRemoved: number;
  readonly freedBytes: number;
}

/** Writes metrics of removals. */
export interface CleanupMetrics {
  /** Starts the cluster's counters at 0, so that the first removal is an increase. Repeating it is harmless. */
  beginCountingCleanups(cluster: ClusterLabels): void;
  cleanupEnded(cluster: ClusterLabels, ended: EndedCleanup): void;
}

/** Registers the metrics. */
export function registerCleanupMetrics(registry: Registry, ledger: SeriesLedger): CleanupMetrics {
  const labelNames = ["cluster", "namespace"];
  const registers = [registry];
  const cleanups = new Counter({
    name: metricName("wal_cleanup_total"),
    help: "Removals of WAL that ended, by result.",
    labelNames: [...labelNames, "result"],
    registers,
  });
  const files = new Counter({
    name: metricName("wal_cleanup_files_removed_total"),
    help: "Segments that were removed.",
    labelNames,
    registers,
  });
  const freed = new Counter({
    name: metricName("wal_cleanup_bytes_freed_total"),
    help: "Bytes that removals freed.",
    labelNames,
    registers,
  });

  function add(cluster: ClusterLabels, counter: Counter, value: number, result?: string): void {
    const labels = { ...labelsOf(cluster), ...(result === undefined ? {} : { result }) };
    ledger.note(cluster, counter, labels);
    counter.inc(labels, value);
  }

  return {
    beginCountingCleanups(cluster): void {
      for (const result of RESULTS) add(cluster, cleanups, 0, result);
      add(cluster, files, 0);
      add(cluster, freed, 0);
    },
    cleanupEnded(cluster, { result, filesRemoved, freedBytes }): void {
      add(cluster, cleanups, 1, result);
      add(cluster, files, filesRemoved);
      add(cluster, freed, freedBytes);
    },
  };
}
