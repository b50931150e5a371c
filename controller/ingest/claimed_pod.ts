/**
 * What a token says about itself, before anybody has verified it.
 *
 * Nothing here grants anything: it only spares the API server the review of tokens that cannot be an agent's.
 *
 * @module
 */

import { isJsonObject, parseJsonObject } from "../../kube/json.ts";

/** The audiences and the pod that a token claims. */
export interface TokenClaims {
  readonly audiences: readonly unknown[];
  readonly namespace: string;
  readonly podName: string;
  readonly podUid: string;
}

/** Reads the claims of a ServiceAccount token bound to a pod; undefined for any other text. */
export function claimsOf(token: string): TokenClaims | undefined {
  try {
    const payload = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const { aud, "kubernetes.io": kubernetes } = parseJsonObject(atob(payload), "a token");
    const { namespace, pod } = isJsonObject(kubernetes) ? kubernetes : {};
    const { name, uid } = isJsonObject(pod) ? pod : {};
    if (typeof namespace !== "string" || typeof name !== "string" || typeof uid !== "string") {
      return undefined;
    }
    return { audiences: Array.isArray(aud) ? aud : [aud], namespace, podName: name, podUid: uid };
  } catch {
    return undefined;
  }
}
