/**
 * All metrics of the controller behind methods that are named by what happened.
 *
 * @module
 */

import { Registry } from "./prom_client/mod.ts";

import type { Clock } from "../../kube/clock.ts";
import { type AlertMetrics, registerAlertMetrics } from "./alert_metrics.ts";
import { type CleanupMetrics, registerCleanupMetrics } from "./cleanup_metrics.ts";
import {
  type ControllerMetrics,
  type ProcessFacts,
  registerControllerMetrics,
  registerProcessMetrics,
} from "./controller_metrics.ts";
import { type LatencyMetrics, registerLatencyMetrics } from "./latency_metrics.ts";
import { type OperationMetrics, registerOperationMetrics } from "./operation_metrics.ts";
import { registerReportMetrics, type ReportMetrics } from "./report_metrics.ts";
import { formatRuntime, type RuntimeHealth } from "./runtime_metrics.ts";
import { type ClusterLabels, createSeriesLedger } from "./series_ledger.ts";
import { createVolumeMetrics, type VolumeMetrics } from "./volume_metrics.ts";

/** What the metrics need. */
export interface MetricsOptions extends ProcessFacts {
  readonly clock: Pick<Clock, "monotonic">;
}

/** Metrics in the text format of Prometheus. */
export interface MetricsText {
  readonly contentType: string;
  readonly text: string;
}

/** Writes and prints metrics. */
export interface Metrics
  extends
    AlertMetrics,
    CleanupMetrics,
    ControllerMetrics,
    LatencyMetrics,
    Omit<OperationMetrics, "beginCounting">,
    Omit<ReportMetrics, "retainInstances">,
    Pick<VolumeMetrics, "setVolumes"> {
  /** Removes every series of a cluster that is gone. */
  forgetCluster(cluster: ClusterLabels): void;
  /** Writes everything that was told, and how the controller is doing now. */
  print(health?: RuntimeHealth): Promise<MetricsText>;
}

const NOBODY_ASKED: RuntimeHealth = { watches: [], queues: [], lanes: [] };

/** Registers every metric in a registry of its own. */
export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry();
  const ledger = createSeriesLedger();
  const { beginCounting, ...operations } = registerOperationMetrics(registry, ledger);
  const { retainInstances, ...reports } = registerReportMetrics(registry, options.clock);
  const volumes = createVolumeMetrics(options.clock);
  registerProcessMetrics(registry, options);
  return {
    ...registerAlertMetrics(registry, ledger),
    ...registerCleanupMetrics(registry, ledger),
    ...registerControllerMetrics(registry, ledger),
    ...registerLatencyMetrics(registry),
    ...operations,
    ...reports,
    setVolumes(cluster, measures): void {
      beginCounting(cluster);
      retainInstances(cluster, new Set(measures.map(({ instance }) => instance)));
      volumes.setVolumes(cluster, measures);
    },
    forgetCluster(cluster): void {
      retainInstances(cluster, new Set());
      volumes.forgetVolumes(cluster);
      ledger.forget(cluster);
    },
    async print(health = NOBODY_ASKED): Promise<MetricsText> {
      const registered = await registry.metrics();
      const text = `${registered.trimEnd()}\n${volumes.printVolumes()}${formatRuntime(health)}`;
      return { contentType: registry.contentType, text };
    },
  };
}
