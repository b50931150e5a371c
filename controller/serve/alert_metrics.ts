/**
 * Metrics of what people are told (PRD Alert Metrics).
 *
 * @module
 */

import { Counter, type Registry } from "./prom_client/mod.ts";

import { metricName } from "./metric_name.ts";
import { type ClusterLabels, labelsOf, type SeriesLedger } from "./series_ledger.ts";

/** How urgent an alert is. */
export type AlertSeverity = "warning" | "critical";

/** Why an alert was not sent: its volume is being helped already, or it was sent before and says nothing new. */
export type AlertSuppression = "remediation" | "repeated";

/** Writes metrics of alerts. */
export interface AlertMetrics {
  /** Counts an alert that was handed to a channel, which is a word of a fixed vocabulary. */
  alertSent(cluster: ClusterLabels, severity: AlertSeverity, channel: string): void;
  /** Counts an alert that was not sent on purpose. */
  alertSuppressed(cluster: ClusterLabels, reason: AlertSuppression): void;
}

/** Registers the metrics. */
export function registerAlertMetrics(registry: Registry, ledger: SeriesLedger): AlertMetrics {
  const sent = new Counter({
    name: metricName("alerts_sent_total"),
    help: "Alerts that were handed to a channel.",
    labelNames: ["cluster", "namespace", "severity", "channel"],
    registers: [registry],
  });
  const suppressed = new Counter({
    name: metricName("alerts_suppressed_total"),
    help: "Alerts that were not sent on purpose, by reason.",
    labelNames: ["cluster", "namespace", "reason"],
    registers: [registry],
  });
  return {
    alertSent(cluster, severity, channel): void {
      const labels = { ...labelsOf(cluster), severity, channel };
      ledger.note(cluster, sent, labels);
      sent.inc(labels);
    },
    alertSuppressed(cluster, reason): void {
      const labels = { ...labelsOf(cluster), reason };
      ledger.note(cluster, suppressed, labels);
      suppressed.inc(labels);
    },
  };
}
