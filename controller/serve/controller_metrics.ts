/**
 * Metrics of the controller itself (PRD Controller Health Metrics).
 *
 * @module
 */

import { Counter, Gauge, Histogram, type Registry } from "./prom_client/mod.ts";

import { metricName, secondsOf } from "./metric_name.ts";
import { type ClusterLabels, labelsOf, type SeriesLedger } from "./series_ledger.ts";

/** A decision takes microseconds; one that writes waits for the API server, at most for its deadlines. */
const RECONCILE_SECONDS = [0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

/** Result label of a reconciliation. */
export type ReconcileResult = "success" | "failure";

/** Memory of the process. */
export interface MemoryUse {
  readonly residentBytes: number;
  readonly heapBytes: number;
}

/** Writes metrics of the controller. */
export interface ControllerMetrics {
  /** Replaces the number of managed clusters of every namespace. */
  setManagedClusters(countByNamespace: ReadonlyMap<string, number>): void;
  /** Replaces the number of active policies of every namespace. */
  setActivePolicies(countByNamespace: ReadonlyMap<string, number>): void;
  reconcileEnded(controller: string, result: ReconcileResult, durationMs: number): void;
  /** `type` is a word of a fixed vocabulary; `cluster` is absent for errors that concern none. */
  errorOccurred(type: string, cluster?: ClusterLabels): void;
  /** Whether this process leads, and how often the leader changed. */
  setLeadership(leads: boolean, transitions: number): void;
}

/** What the metrics of the process show. */
export interface ProcessFacts {
  readonly version: string;
  readonly readMemory: () => MemoryUse;
}

/** Registers the metrics. */
export function registerControllerMetrics(
  registry: Registry,
  ledger: SeriesLedger,
): ControllerMetrics {
  const metrics = createCollectors(registry);
  return {
    setManagedClusters: (counts) => setCounts(metrics.managedClusters, counts),
    setActivePolicies: (counts) => setCounts(metrics.activePolicies, counts),
    reconcileEnded(controller, result, durationMs): void {
      metrics.reconciliations.inc({ controller, result });
      metrics.reconcileSeconds.observe({ controller }, secondsOf(durationMs));
    },
    errorOccurred(type, cluster): void {
      const labels = { type, ...labelsOf(cluster ?? { cluster: "", namespace: "" }) };
      if (cluster !== undefined) ledger.note(cluster, metrics.errors, labels);
      metrics.errors.inc(labels);
    },
    setLeadership(leads, transitions): void {
      metrics.leader.set(leads ? 1 : 0);
      metrics.leaderTransitions.set(transitions);
    },
  };
}

/** Registers what describes the process, under the names that every exporter uses. */
export function registerProcessMetrics(registry: Registry, facts: ProcessFacts): void {
  const registers = [registry];
  new Gauge({
    name: metricName("build_info"),
    help: "Always 1; the label says which version runs.",
    labelNames: ["version"],
    registers,
  }).set({ version: facts.version }, 1);
  new Gauge({
    name: "process_resident_memory_bytes",
    help: "Resident memory of the process.",
    registers,
    collect(): void {
      this.set(facts.readMemory().residentBytes);
    },
  });
  new Gauge({
    name: "process_heap_bytes",
    help: "Heap in use by the process.",
    registers,
    collect(): void {
      this.set(facts.readMemory().heapBytes);
    },
  });
}

function setCounts(gauge: Gauge, countByNamespace: ReadonlyMap<string, number>): void {
  gauge.reset();
  for (const [namespace, count] of countByNamespace) gauge.set({ namespace }, count);
}

interface ControllerCollectors {
  readonly managedClusters: Gauge;
  readonly activePolicies: Gauge;
  readonly reconciliations: Counter;
  readonly reconcileSeconds: Histogram;
  readonly errors: Counter;
  readonly leader: Gauge;
  readonly leaderTransitions: Gauge;
}

function createCollectors(registry: Registry): ControllerCollectors {
  const registers = [registry];
  return {
    managedClusters: new Gauge({
      name: metricName("clusters_managed_total"),
      help: "Clusters that a policy governs.",
      labelNames: ["namespace"],
      registers,
    }),
    activePolicies: new Gauge({
      name: metricName("policies_active_total"),
      help: "Policies without conflict.",
      labelNames: ["namespace"],
      registers,
    }),
    reconciliations: new Counter({
      name: metricName("reconcile_total"),
      help: "Reconciliations that ended, by result.",
      labelNames: ["controller", "result"],
      registers,
    }),
    reconcileSeconds: new Histogram({
      name: metricName("reconcile_duration_seconds"),
      help: "Duration of a reconciliation.",
      labelNames: ["controller"],
      buckets: RECONCILE_SECONDS,
      registers,
    }),
    errors: new Counter({
      name: metricName("errors_total"),
      help: "Errors, by kind.",
      labelNames: ["type", "cluster", "namespace"],
      registers,
    }),
    leader: new Gauge({
      name: metricName("leader"),
      help: "1 if this process is the one that works.",
      registers,
    }),
    leaderTransitions: new Gauge({
      name: metricName("leader_transitions"),
      help: "How often the lease went from one process to another.",
      registers,
    }),
  };
}
