/**
 * Remembers which series belong to which cluster, so that none outlives it.
 *
 * @module
 */

/** Names a cluster in labels. */
export interface ClusterLabels {
  readonly namespace: string;
  readonly cluster: string;
}

/** Labels of one series. */
export type Labels = Readonly<Record<string, string>>;

/** A metric of which single series can be removed. */
export interface RemovableMetric {
  remove(labels: Record<string, string>): void;
}

/** Series by cluster and metric. */
export interface SeriesLedger {
  /** Notes a series that is about to be written. */
  note(cluster: ClusterLabels, metric: RemovableMetric, labels: Labels): void;
  /** Removes all series of the cluster. */
  forget(cluster: ClusterLabels): void;
}

/** Creates an empty ledger. */
export function createSeriesLedger(): SeriesLedger {
  const metricsByCluster = new Map<string, Map<RemovableMetric, Map<string, Labels>>>();

  function removeAll(metric: RemovableMetric, series: Iterable<Labels>): void {
    for (const labels of series) metric.remove({ ...labels });
  }

  return {
    note(cluster, metric, labels): void {
      const metrics = getOrAdd(metricsByCluster, keyOf(cluster), () => new Map());
      const series = getOrAdd(metrics, metric, () => new Map<string, Labels>());
      series.set(seriesKey(labels), labels);
    },
    forget(cluster): void {
      for (const [metric, series] of metricsByCluster.get(keyOf(cluster)) ?? []) {
        removeAll(metric, series.values());
      }
      metricsByCluster.delete(keyOf(cluster));
    },
  };
}

/** The two labels alone: a caller's object may have more fields, and a metric takes no other label. */
export function labelsOf(
  { namespace, cluster }: ClusterLabels,
): { namespace: string; cluster: string } {
  return { namespace, cluster };
}

function keyOf({ namespace, cluster }: ClusterLabels): string {
  return `${namespace}/${cluster}`;
}

/** Labels of one metric always come in the same order, and no name in Kubernetes holds a line break. */
function seriesKey(labels: Labels): string {
  return Object.values(labels).join("\n");
}

function getOrAdd<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const present = map.get(key);
  if (present !== undefined) return present;
  const added = make();
  map.set(key, added);
  return added;
}
