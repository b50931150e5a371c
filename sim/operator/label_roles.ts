/**
 * Says on pods and claims which instance is the primary (`pkg/reconciler/instance/metadata.go`).
 *
 * @module
 */

import { PERSISTENT_VOLUME_CLAIM, POD } from "../../kube/resources.ts";
import type { ApiServer } from "../api_server/api_server.ts";
import { LABEL, OPERATOR_USER } from "./names.ts";
import type { ObservedCluster } from "./observed_cluster.ts";

/** Patches the labels that are not as they should be; nothing is known before there is a primary. */
export function labelRoles(server: ApiServer, cluster: ObservedCluster): void {
  const { namespace, currentPrimary, targetPrimary } = cluster;
  if (currentPrimary === undefined || currentPrimary !== targetPrimary) return;
  for (const { name, pod, claims } of cluster.members) {
    const role = name === currentPrimary ? "primary" : "replica";
    const patch = {
      type: "merge",
      body: { metadata: { labels: { [LABEL.instanceRole]: role, [LABEL.deprecatedRole]: role } } },
    } as const;
    if (pod !== undefined && pod.role !== role) {
      server.patch(POD, { namespace, name }, patch, { user: OPERATOR_USER });
    }
    for (const claim of claims.filter(({ instanceRole }) => instanceRole !== role)) {
      server.patch(PERSISTENT_VOLUME_CLAIM, { namespace, name: claim.name }, patch, {
        user: OPERATOR_USER,
      });
    }
  }
}
