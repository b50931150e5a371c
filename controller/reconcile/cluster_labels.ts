/**
 * A cluster's key as labels of metrics.
 *
 * @module
 */

import { parseObjectKey } from "../../lib/view/object_key.ts";
import type { ClusterLabels } from "../serve/series_ledger.ts";

/** Namespace and name of a cluster, from its key. */
export function clusterLabels(key: string): ClusterLabels {
  const { namespace, name } = parseObjectKey(key);
  return { namespace, cluster: name };
}
