/**
 * Metrics of volumes (PRD Storage Metrics).
 *
 * @module
 */

import { Gauge, type Registry } from "./prom_client/mod.ts";

import { metricName } from "./metric_name.ts";
import { type ClusterLabels, labelsOf, type SeriesLedger } from "./series_ledger.ts";

/** What is known of one volume. What is absent is unknown, and has no series: 0 would be a claim. */
export interface VolumeMeasure {
  readonly pvc: string;
  readonly instance: string;
  readonly usedBytes?: number | undefined;
  readonly capacityBytes?: number | undefined;
  /** 0 to 100. */
  readonly usedPercent?: number | undefined;
  /** Share of the volume that is not headroom, 0 to 100 (DESIGN §4). */
  readonly pressurePercent?: number | undefined;
}

/** Writes metrics of volumes. */
export interface VolumeMetrics {
  /** Replaces every series of the cluster's volumes. */
  setVolumes(cluster: ClusterLabels, volumes: readonly VolumeMeasure[]): void;
}

type Measured = Exclude<keyof VolumeMeasure, "pvc" | "instance">;

const GAUGES: readonly { field: Measured; name: string; help: string }[] = [
  { field: "usedBytes", name: "pvc_usage_bytes", help: "Bytes in use on the volume." },
  {
    field: "capacityBytes",
    name: "pvc_capacity_bytes",
    help: "Bytes that the volume's file system can hold.",
  },
  {
    field: "usedPercent",
    name: "pvc_usage_percent",
    help: "Share of the volume in use, 0 to 100.",
  },
  {
    field: "pressurePercent",
    name: "pvc_pressure_percent",
    help: "Share of the volume that is not headroom, 0 to 100; this decides, not the usage.",
  },
];

/** Registers the metrics. */
export function registerVolumeMetrics(registry: Registry, ledger: SeriesLedger): VolumeMetrics {
  const gauges = GAUGES.map(({ field, name, help }) => ({
    field,
    gauge: new Gauge({
      name: metricName(name),
      help,
      labelNames: ["cluster", "namespace", "pvc", "instance"],
      registers: [registry],
    }),
  }));
  return {
    setVolumes(cluster, volumes): void {
      for (const { field, gauge } of gauges) {
        // What stays is not removed first: with every report a whole cluster is measured.
        ledger.retain(
          cluster,
          gauge,
          ({ pvc, instance }) =>
            volumes.some((volume) =>
              volume.pvc === pvc && volume.instance === instance && volume[field] !== undefined
            ),
        );
        for (const volume of volumes) {
          const value = volume[field];
          if (value === undefined) continue;
          const labels = { ...labelsOf(cluster), pvc: volume.pvc, instance: volume.instance };
          ledger.note(cluster, gauge, labels);
          gauge.set(labels, value);
        }
      }
    },
  };
}
