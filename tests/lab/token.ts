/**
 * ServiceAccount tokens from the TokenRequest API, as kubelet asks for them on behalf of a pod.
 *
 * @module
 */

import { type KubeApi, type Resource } from "../../kube/api.ts";
import { isJsonObject } from "../../kube/json.ts";

/** ServiceAccounts, whose `token` subresource mints tokens. */
export const SERVICE_ACCOUNT: Resource = {
  group: "",
  version: "v1",
  kind: "ServiceAccount",
  plural: "serviceaccounts",
  namespaced: true,
};

/** The least that the API server allows. */
const DEFAULT_EXPIRATION_SECONDS = 600;

/** What token to mint. */
export interface TokenRequest {
  readonly namespace: string;
  readonly serviceAccount: string;
  /** Binds the token to a pod, as a projected token is. */
  readonly boundPod?: { readonly name: string; readonly uid: string } | undefined;
  /** @default the audience of the API server */
  readonly audience?: string | undefined;
  /** @default {600} */
  readonly expirationSeconds?: number | undefined;
}

/** Mints a token. */
export async function createServiceAccountToken(
  api: KubeApi,
  request: TokenRequest,
): Promise<string> {
  const { namespace, serviceAccount, boundPod, audience } = request;
  const answer = await api.create(SERVICE_ACCOUNT, {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: {
      audiences: audience === undefined ? [] : [audience],
      expirationSeconds: request.expirationSeconds ?? DEFAULT_EXPIRATION_SECONDS,
      ...(boundPod === undefined
        ? {}
        : { boundObjectRef: { apiVersion: "v1", kind: "Pod", ...boundPod } }),
    },
  }, { namespace, name: serviceAccount, subresource: "token" });
  const token = isJsonObject(answer["status"]) ? answer["status"]["token"] : undefined;
  if (typeof token !== "string") {
    throw new TypeError(
      `Cannot mint a token for ${namespace}/${serviceAccount}: found none in the answer`,
    );
  }
  return token;
}
