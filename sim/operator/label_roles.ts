/**
 * Says on pods and claims which instance is the primary (`pkg/reconciler/instance/metadata.go`).
 *
 * @module
 */

import { PERSISTENT_VOLUME_CLAIM, POD } from "../../kube/resources.ts";
import type { ApiServer } from "../api_server/api_server.ts";
import { LABEL, OPERATOR_USER } from "./names.ts";
import type { ObservedCluster } from "./observed_cluster.ts";

/**
 * Patches the labels that are not as they should be. Nothing is known before there is a primary; while it
 * moves, the pod of the old one is `unhealthy`, so that no Service leads to it.
 */
export function labelRoles(server: ApiServer, cluster: ObservedCluster): void {
  const { namespace, currentPrimary, targetPrimary } = cluster;
  if (currentPrimary === undefined) return;
  if (currentPrimary !== targetPrimary) return labelOldPrimary(server, cluster, currentPrimary);
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

function labelOldPrimary(server: ApiServer, cluster: ObservedCluster, name: string): void {
  const pod = cluster.members.find((member) => member.name === name)?.pod;
  if (pod === undefined || pod.role === UNHEALTHY) return;
  server.patch(POD, { namespace: cluster.namespace, name }, {
    type: "merge",
    body: { metadata: { labels: { [LABEL.instanceRole]: UNHEALTHY } } },
  }, { user: OPERATOR_USER });
}

const UNHEALTHY = "unhealthy";
