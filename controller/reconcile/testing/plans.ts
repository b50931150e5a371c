/**
 * Views and actions whose content does not matter.
 *
 * @module
 */

import type { Annotate } from "../../../lib/decide/plan.ts";
import { view as libraryView } from "../../../lib/testing/builders.ts";
import type { ClusterView } from "../../../lib/view/cluster.ts";
import { FIXTURE } from "../../testing/builders.ts";

/** Cluster `shop/orders` as a decision sees it. */
export function view(fields: Partial<ClusterView> = {}): ClusterView {
  const { namespace, cluster: name, clusterUid: uid } = FIXTURE;
  return libraryView({ namespace, name, uid, ...fields });
}

/** An action that changes nothing. */
export function annotateAction(): Annotate {
  return { kind: "annotate", annotations: {} };
}
