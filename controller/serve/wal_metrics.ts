/**
 * Metrics of pg_wal (PRD Storage Metrics, WAL-specific): one directory an instance, wherever it lies.
 *
 * @module
 */

import { type Family, formatFamily, labelText, type Series } from "./exposition.ts";
import { secondsOf } from "./metric_name.ts";
import type { ClusterMeasures, WalMeasure } from "./volume_measure.ts";

interface WalFamily extends Family {
  /** Added to those of the instance. */
  readonly labels?: Readonly<Record<string, string>>;
  value(wal: WalMeasure): number | undefined;
}

const FAMILIES: readonly WalFamily[] = [
  {
    name: "wal_directory_bytes",
    help: "Bytes in pg_wal.",
    type: "gauge",
    value: ({ sizeBytes }) => sizeBytes,
  },
  {
    name: "wal_files_count",
    help: "Segments in pg_wal.",
    type: "gauge",
    value: ({ files }) => files,
  },
  {
    name: "wal_archiving_lag_seconds",
    help: "Time since a segment was last archived.",
    type: "gauge",
    value: ({ archivingLagMs }) =>
      archivingLagMs === undefined ? undefined : secondsOf(archivingLagMs),
  },
  {
    name: "wal_held_bytes",
    help: "Bytes in pg_wal that a kind of holder keeps.",
    type: "gauge",
    labels: { holder: "archive" },
    value: ({ heldByArchiveBytes }) => heldByArchiveBytes,
  },
];

/** The families as text; an instance whose pg_wal nobody counts has no series. */
export function formatWal(clusters: readonly ClusterMeasures[]): string {
  const rows = clusters.flatMap(({ cluster, volumes }) =>
    volumes.flatMap(({ instance, wal }) =>
      wal === undefined ? [] : [{ names: { ...cluster, instance }, wal }]
    )
  );
  return FAMILIES.map((family) =>
    formatFamily(
      family,
      rows.flatMap(({ names, wal }): Series[] => {
        const value = family.value(wal);
        return value === undefined ? [] : [[labelText({ ...names, ...family.labels }), value]];
      }),
    )
  ).join("");
}
