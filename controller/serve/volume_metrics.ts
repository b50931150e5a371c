/**
 * Metrics of volumes (PRD Storage Metrics).
 *
 * @module
 */

import type { Clock } from "../../kube/clock.ts";
import { type Family, formatFamily, labelText, type Series } from "./exposition.ts";
import { secondsOf } from "./metric_name.ts";
import { type ClusterLabels, labelsOf } from "./series_ledger.ts";
import type { ClusterMeasures, VolumeMeasure } from "./volume_measure.ts";
import { formatWal } from "./wal_metrics.ts";

/** Keeps what is known of volumes, and writes it as text. */
export interface VolumeMetrics {
  /** Replaces everything that is known of the cluster's volumes. */
  setVolumes(cluster: ClusterLabels, volumes: readonly VolumeMeasure[]): void;
  /** Ends the series of the cluster's volumes. */
  forgetVolumes(cluster: ClusterLabels): void;
  /** The families of volumes and of pg_wal. */
  printVolumes(): string;
}

/** A volume with its labels. */
interface Row {
  readonly labels: string;
  readonly volume: VolumeMeasure;
  /** Time since it was handed over. */
  readonly sinceMs: number;
}

interface VolumeFamily extends Family {
  /** Undefined: there is no such series. */
  readonly series: (row: Row) => Series | undefined;
}

const FAMILIES: readonly VolumeFamily[] = [
  gauge("pvc_usage_bytes", "Bytes in use on the volume.", ({ usedBytes }) => usedBytes),
  gauge(
    "pvc_capacity_bytes",
    "Bytes that the volume's file system can hold.",
    ({ capacityBytes }) => capacityBytes,
  ),
  gauge(
    "pvc_usage_percent",
    "Share of the volume in use, 0 to 100.",
    ({ usedPercent }) => usedPercent,
  ),
  gauge(
    "pvc_pressure_percent",
    "Share of the volume that is not headroom, 0 to 100; this decides, not the usage.",
    ({ pressurePercent }) => pressurePercent,
  ),
  gauge(
    "pvc_sample_age_seconds",
    "Age of the measurement that counts.",
    ({ sample }, sinceMs) => sample && secondsOf(sample.ageMs + sinceMs),
  ),
  info(
    "pvc_sample_source",
    "Always 1; the label says where the measurement that counts comes from.",
    ({ sample }) => sample && { source: sample.source },
  ),
  gauge(
    "pvc_time_to_full_seconds",
    "Time until the volume is full; absent where it is not going to be, or nobody knows.",
    ({ forecast }) =>
      forecast?.timeToFullMs === undefined ? undefined : secondsOf(forecast.timeToFullMs),
  ),
  info(
    "pvc_forecast_confidence",
    "Always 1; the label says how sure the time to full is: none where the volume is not going to be full.",
    ({ forecast }) => forecast && { confidence: forecast.confidence },
  ),
  gauge(
    "expansion_budget_left",
    "Changes of the volume that its provider still allows for now; absent where it sets no limit.",
    ({ budgetLeft }) => budgetLeft,
  ),
];

/** Creates what knows of no volume yet. */
export function createVolumeMetrics(clock: Pick<Clock, "monotonic">): VolumeMetrics {
  const measures = new Map<string, ClusterMeasures>();
  return {
    setVolumes(cluster, volumes): void {
      measures.set(keyOf(cluster), {
        cluster: labelsOf(cluster),
        volumes,
        takenAtMs: clock.monotonic(),
      });
    },
    forgetVolumes: (cluster) => void measures.delete(keyOf(cluster)),
    printVolumes(): string {
      const clusters = [...measures.values()];
      const rows = clusters.flatMap((cluster) => rowsOf(cluster, clock.monotonic()));
      const volumes = FAMILIES.map((family) =>
        formatFamily(family, rows.flatMap((row) => optional(family.series(row))))
      );
      return volumes.join("") + formatWal(clusters);
    },
  };
}

function rowsOf({ cluster, volumes, takenAtMs }: ClusterMeasures, nowMs: number): Row[] {
  return volumes.map((volume): Row => {
    const { pvc, instance } = volume;
    const labels = labelText({ ...cluster, pvc, instance });
    return { labels, volume, sinceMs: nowMs - takenAtMs };
  });
}

function gauge(
  name: string,
  help: string,
  value: (volume: VolumeMeasure, sinceMs: number) => number | undefined,
): VolumeFamily {
  return {
    name,
    help,
    type: "gauge",
    series({ labels, volume, sinceMs }): Series | undefined {
      const found = value(volume, sinceMs);
      return found === undefined ? undefined : [labels, found];
    },
  };
}

function info(
  name: string,
  help: string,
  labelsFor: (volume: VolumeMeasure) => Readonly<Record<string, string>> | undefined,
): VolumeFamily {
  return {
    name,
    help,
    type: "gauge",
    series({ labels, volume }): Series | undefined {
      const found = labelsFor(volume);
      return found === undefined ? undefined : [`${labels},${labelText(found)}`, 1];
    },
  };
}

function optional(series: Series | undefined): Series[] {
  return series === undefined ? [] : [series];
}

function keyOf({ namespace, cluster }: ClusterLabels): string {
  return `${namespace}/${cluster}`;
}
