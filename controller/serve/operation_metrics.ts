/**
 * Metrics of what is done to clusters (PRD Operation Metrics, Circuit breaker status).
 *
 * @module
 */

import { Counter, Gauge, Histogram, type Registry } from "./prom_client/mod.ts";

import { metricName, secondsOf } from "./metric_name.ts";
import { type ClusterLabels, labelsOf, type SeriesLedger } from "./series_ledger.ts";

/** From a local driver with a nudge (2 s) over the kubelet's own pace (60–90 s) to a slow cloud (half an hour). */
const EXPANSION_SECONDS = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600];

const EXPANSION_RESULTS = ["success", "failure"] as const;

/** Result label of an expansion; one that reached only some volumes is a failure. */
export type ExpansionResult = (typeof EXPANSION_RESULTS)[number];

/** How an expansion ended. */
export interface EndedExpansion {
  readonly result: ExpansionResult;
  /** Capacity that was added, over all volumes; 0 if none was. */
  readonly addedBytes: number;
  readonly durationMs: number;
}

/** Writes metrics of operations. */
export interface OperationMetrics {
  /** Starts the cluster's counters at 0, so that the first failure is an increase. Repeating it is harmless. */
  beginCounting(cluster: ClusterLabels): void;
  expansionEnded(cluster: ClusterLabels, ended: EndedExpansion): void;
  /** Expansions of the cluster under way. */
  setExpansionsInProgress(cluster: ClusterLabels, count: number): void;
  setBreakerOpen(cluster: ClusterLabels, isOpen: boolean): void;
  breakerFailuresCounted(cluster: ClusterLabels, count: number): void;
}

/** Registers the metrics. */
export function registerOperationMetrics(
  registry: Registry,
  ledger: SeriesLedger,
): OperationMetrics {
  const metrics = createCollectors(registry);

  function add(cluster: ClusterLabels, counter: Counter, value: number, result?: string): void {
    const labels = { ...labelsOf(cluster), ...(result === undefined ? {} : { result }) };
    ledger.note(cluster, counter, labels);
    counter.inc(labels, value);
  }

  function set(cluster: ClusterLabels, gauge: Gauge, value: number): void {
    ledger.note(cluster, gauge, labelsOf(cluster));
    gauge.set(labelsOf(cluster), value);
  }

  return {
    beginCounting(cluster): void {
      for (const result of EXPANSION_RESULTS) add(cluster, metrics.expansions, 0, result);
      add(cluster, metrics.expandedBytes, 0);
      add(cluster, metrics.breakerFailures, 0);
    },
    expansionEnded(cluster, ended): void {
      add(cluster, metrics.expansions, 1, ended.result);
      add(cluster, metrics.expandedBytes, ended.addedBytes);
      ledger.note(cluster, metrics.expansionSeconds, labelsOf(cluster));
      metrics.expansionSeconds.observe(labelsOf(cluster), secondsOf(ended.durationMs));
    },
    setExpansionsInProgress: (cluster, count) => set(cluster, metrics.expansionsInProgress, count),
    setBreakerOpen: (cluster, isOpen) => set(cluster, metrics.breakerOpen, isOpen ? 1 : 0),
    breakerFailuresCounted: (cluster, count) => add(cluster, metrics.breakerFailures, count),
  };
}

interface OperationCollectors {
  readonly expansions: Counter;
  readonly expandedBytes: Counter;
  readonly expansionSeconds: Histogram;
  readonly expansionsInProgress: Gauge;
  readonly breakerOpen: Gauge;
  readonly breakerFailures: Counter;
}

function createCollectors(registry: Registry): OperationCollectors {
  const registers = [registry];
  const labelNames = ["cluster", "namespace"];
  return {
    expansions: new Counter({
      name: metricName("expansion_total"),
      help: "Expansions that ended, by result.",
      labelNames: [...labelNames, "result"],
      registers,
    }),
    expandedBytes: new Counter({
      name: metricName("expansion_bytes_total"),
      help: "Bytes of capacity that expansions added.",
      labelNames,
      registers,
    }),
    expansionSeconds: new Histogram({
      name: metricName("expansion_duration_seconds"),
      help: "Time from the first request for a larger volume to the last verified one.",
      labelNames,
      buckets: EXPANSION_SECONDS,
      registers,
    }),
    expansionsInProgress: new Gauge({
      name: metricName("expansion_in_progress"),
      help: "Expansions under way.",
      labelNames,
      registers,
    }),
    breakerOpen: new Gauge({
      name: metricName("circuit_breaker_open"),
      help: "Whether repeated failures have stopped expansions of the cluster: 1 if so.",
      labelNames,
      registers,
    }),
    breakerFailures: new Counter({
      name: metricName("circuit_breaker_failures_total"),
      help: "Failures of volumes that the circuit breaker counted.",
      labelNames,
      registers,
    }),
  };
}
