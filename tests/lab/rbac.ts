/**
 * The controller's ServiceAccount with the rights that users are told to give it, and nothing else.
 *
 * @module
 */

import { parseAllDocuments } from "yaml";
import { type JsonObject, type KubeApi, type Resource } from "../../kube/api.ts";
import { isJsonObject } from "../../kube/json.ts";
import { NAMESPACE } from "../../kube/resources.ts";
import { textAt } from "./claim.ts";
import { SERVICE_ACCOUNT } from "./token.ts";

/** Where the controller runs, as in the manifest. */
export const CONTROLLER_NAMESPACE = "cnpg-storage-manager";
/** As whom the controller runs, as in the manifest. */
export const CONTROLLER_ACCOUNT = "controller";
/** The name under which the controller's writes are in the audit log. */
export const CONTROLLER_USER =
  `system:serviceaccount:${CONTROLLER_NAMESPACE}:${CONTROLLER_ACCOUNT}`;

const MANIFEST = new URL("../../docs/rbac.example.yaml", import.meta.url);
const AUTHORIZATION_GROUP = "rbac.authorization.k8s.io";

/** Everything that the manifest may contain: one thing more would be a right that nobody expects. */
const KINDS: readonly Resource[] = [
  NAMESPACE,
  SERVICE_ACCOUNT,
  authorizationResource("ClusterRole", "clusterroles"),
  authorizationResource("ClusterRoleBinding", "clusterrolebindings"),
  { ...authorizationResource("Role", "roles"), namespaced: true },
  { ...authorizationResource("RoleBinding", "rolebindings"), namespaced: true },
];

/** Makes the account with its rights. */
export async function installControllerAccount(api: KubeApi): Promise<void> {
  for (const document of parseAllDocuments(await Deno.readTextFile(MANIFEST))) {
    const object: unknown = document.toJS();
    if (!isJsonObject(object)) {
      throw new SyntaxError(`Cannot read ${MANIFEST.pathname}: expected documents that are maps`);
    }
    await install(api, object);
  }
}

async function install(api: KubeApi, object: JsonObject): Promise<void> {
  const kind = textAt(object, "kind");
  const resource = KINDS.find((known) => known.kind === kind);
  if (resource === undefined) {
    throw new RangeError(`Cannot install ${kind}: expected only what the controller needs`);
  }
  const namespace = resource.namespaced ? textAt(object, "metadata", "namespace") : undefined;
  await api.create(resource, object, { namespace });
}

function authorizationResource(kind: string, plural: string): Resource {
  return { group: AUTHORIZATION_GROUP, version: "v1", kind, plural, namespaced: false };
}
