/**
 * The controller's ServiceAccount with the least rights that the product needs, and nothing else.
 *
 * @module
 */

import { type KubeApi, type Resource } from "../../kube/api.ts";
import { NAMESPACE } from "../../kube/resources.ts";
import { SERVICE_ACCOUNT } from "./token.ts";

/** Where the controller runs. */
export const CONTROLLER_NAMESPACE = "cnpg-storage-manager";
/** As whom the controller runs. */
export const CONTROLLER_ACCOUNT = "controller";
/** The name under which the controller's writes are in the audit log. */
export const CONTROLLER_USER =
  `system:serviceaccount:${CONTROLLER_NAMESPACE}:${CONTROLLER_ACCOUNT}`;

const READ = ["get", "list", "watch"];
const GROUP = "cnpg.supporttools.io";

/** No Secrets, no nodes, no `exec`, no deletion but of our own records (DESIGN §7). */
const RULES = [
  { apiGroups: ["postgresql.cnpg.io"], resources: ["clusters"], verbs: [...READ, "patch"] },
  { apiGroups: [""], resources: ["persistentvolumeclaims", "pods"], verbs: [...READ, "patch"] },
  { apiGroups: ["storage.k8s.io"], resources: ["storageclasses"], verbs: READ },
  { apiGroups: ["events.k8s.io"], resources: ["events"], verbs: ["create", "patch"] },
  { apiGroups: ["authentication.k8s.io"], resources: ["tokenreviews"], verbs: ["create"] },
  { apiGroups: [GROUP], resources: ["storagepolicies"], verbs: READ },
  { apiGroups: [GROUP], resources: ["storagepolicies/status"], verbs: ["patch"] },
  { apiGroups: [GROUP], resources: ["storageevents"], verbs: [...READ, "create", "delete"] },
  { apiGroups: [GROUP], resources: ["storageevents/status"], verbs: ["patch"] },
  { apiGroups: [GROUP], resources: ["clusterstorages"], verbs: [...READ, "create"] },
  { apiGroups: [GROUP], resources: ["clusterstorages/status"], verbs: ["patch"] },
];

const AUTHORIZATION_GROUP = "rbac.authorization.k8s.io";
const CLUSTER_ROLE: Resource = authorizationResource("ClusterRole", "clusterroles");
const CLUSTER_ROLE_BINDING: Resource = authorizationResource(
  "ClusterRoleBinding",
  "clusterrolebindings",
);

/** Makes the account with its rights. */
export async function installControllerAccount(api: KubeApi): Promise<void> {
  const namespace = CONTROLLER_NAMESPACE;
  const name = CONTROLLER_ACCOUNT;
  await api.create(NAMESPACE, {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: namespace },
  });
  await api.create(SERVICE_ACCOUNT, {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { namespace, name },
  }, { namespace });
  const apiVersion = `${AUTHORIZATION_GROUP}/v1`;
  const metadata = { name: CONTROLLER_NAMESPACE };
  await api.create(CLUSTER_ROLE, { apiVersion, kind: "ClusterRole", metadata, rules: RULES });
  await api.create(CLUSTER_ROLE_BINDING, {
    apiVersion,
    kind: "ClusterRoleBinding",
    metadata,
    roleRef: { apiGroup: AUTHORIZATION_GROUP, kind: "ClusterRole", name: metadata.name },
    subjects: [{ kind: "ServiceAccount", namespace, name }],
  });
}

function authorizationResource(kind: string, plural: string): Resource {
  return { group: AUTHORIZATION_GROUP, version: "v1", kind, plural, namespaced: false };
}
