/**
 * Metrics of agents' reports.
 *
 * @module
 */

import { Counter, Gauge, type Registry } from "./prom_client/mod.ts";

import type { Clock } from "../../kube/clock.ts";
import { metricName, secondsOf } from "./metric_name.ts";
import { type ClusterLabels, labelsOf } from "./series_ledger.ts";

/** Writes metrics of reports. */
export interface ReportMetrics {
  /** Counts a request, accepted or refused. `result` is a word of a fixed vocabulary. */
  reportEnded(result: string): void;
  /** From now on the age of the instance's last report is shown. */
  reportReceived(cluster: ClusterLabels, instance: string): void;
  /** Ends the series of the cluster's other instances. */
  retainInstances(cluster: ClusterLabels, instances: ReadonlySet<string>): void;
}

interface LastReport {
  readonly cluster: ClusterLabels;
  readonly instance: string;
  readonly receivedAtMs: number;
}

/** Registers the metrics. */
export function registerReportMetrics(
  registry: Registry,
  clock: Pick<Clock, "monotonic">,
): ReportMetrics {
  const lastReports = new Map<string, LastReport>();
  const reports = new Counter({
    name: metricName("agent_reports_total"),
    help: "Reports of agents, by what became of them.",
    labelNames: ["result"],
    registers: [registry],
  });
  new Gauge({
    name: metricName("agent_report_age_seconds"),
    help: "Time since the last accepted report of the instance's agent.",
    labelNames: ["cluster", "namespace", "instance"],
    registers: [registry],
    collect(): void {
      this.reset();
      for (const { cluster, instance, receivedAtMs } of lastReports.values()) {
        this.set({ ...labelsOf(cluster), instance }, secondsOf(clock.monotonic() - receivedAtMs));
      }
    },
  });
  return {
    reportEnded: (result) => reports.inc({ result }),
    reportReceived(cluster, instance): void {
      lastReports.set(`${cluster.namespace}/${cluster.cluster}/${instance}`, {
        cluster,
        instance,
        receivedAtMs: clock.monotonic(),
      });
    },
    retainInstances(cluster, instances): void {
      for (const [key, last] of lastReports) {
        const isSame = last.cluster.namespace === cluster.namespace &&
          last.cluster.cluster === cluster.cluster;
        if (isSame && !instances.has(last.instance)) lastReports.delete(key);
      }
    },
  };
}
