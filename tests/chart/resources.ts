/**
 * The kinds of objects that a release consists of.
 *
 * @module
 */

import type { Resource } from "../../kube/api.ts";
import { SECRET } from "../../kube/resources.ts";
import { CUSTOM_RESOURCE_DEFINITION } from "../lab/crds.ts";
import { SERVICE_ACCOUNT } from "../lab/token.ts";

const RBAC = "rbac.authorization.k8s.io";

/** StatefulSets. */
export const STATEFUL_SET = resource("apps", "StatefulSet", "statefulsets");
/** ConfigMaps. */
export const CONFIG_MAP = resource("", "ConfigMap", "configmaps");
/** RoleBindings. */
export const ROLE_BINDING = resource(RBAC, "RoleBinding", "rolebindings");
/** ClusterRoleBindings. */
export const CLUSTER_ROLE_BINDING = global(RBAC, "ClusterRoleBinding", "clusterrolebindings");

/** Everything that the chart makes of Kubernetes' own kinds. */
export const RELEASE_RESOURCES: readonly Resource[] = [
  STATEFUL_SET,
  CONFIG_MAP,
  SECRET,
  SERVICE_ACCOUNT,
  resource("", "Service", "services"),
  resource("networking.k8s.io", "NetworkPolicy", "networkpolicies"),
  resource("policy", "PodDisruptionBudget", "poddisruptionbudgets"),
  resource(RBAC, "Role", "roles"),
  global(RBAC, "ClusterRole", "clusterroles"),
  CLUSTER_ROLE_BINDING,
  ROLE_BINDING,
];

/**
 * The resource of an object.
 *
 * @throws {RangeError} If the chart is not expected to make such objects.
 */
export function resourceOf(kind: string): Resource {
  const found = [...RELEASE_RESOURCES, CUSTOM_RESOURCE_DEFINITION].find((one) => one.kind === kind);
  if (found !== undefined) return found;
  throw new RangeError(`Cannot place ${kind}: expected a kind that a release consists of`);
}

function resource(group: string, kind: string, plural: string): Resource {
  return { group, version: "v1", kind, plural, namespaced: true };
}

function global(group: string, kind: string, plural: string): Resource {
  return { ...resource(group, kind, plural), namespaced: false };
}
