/**
 * Tokens and the statuses that an API server gives their reviews.
 *
 * @module
 */

import type { JsonObject } from "../../../kube/api.ts";
import type { Clock } from "../../../kube/clock.ts";

/** A token in the form of a JWT whose claim `exp` lies `remainingMs` from now. */
export function tokenThatEndsIn(
  clock: Clock,
  remainingMs: number,
  id = "t",
  podName = "orders-1",
): string {
  const payload = {
    exp: Math.floor((clock.now() + remainingMs) / 1_000),
    jti: id,
    aud: ["cnpg-storage-manager"],
    "kubernetes.io": { namespace: "shop", pod: { name: podName, uid: `${podName}-uid` } },
  };
  return `eyJhbGciOiJub25lIn0.${btoa(JSON.stringify(payload)).replaceAll("=", "")}.c2lnbmF0dXJl`;
}

/** The status of a review that says yes, for the pod `shop/<podName>`. */
export function verifiedStatus(podName: string, overrides: JsonObject = {}): JsonObject {
  return {
    authenticated: true,
    audiences: ["cnpg-storage-manager"],
    user: {
      username: "system:serviceaccount:shop:orders",
      extra: {
        "authentication.kubernetes.io/pod-name": [podName],
        "authentication.kubernetes.io/pod-uid": [`${podName}-uid`],
      },
    },
    ...overrides,
  };
}
