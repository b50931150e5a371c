/**
 * The projected tokens that kubelets put into pods for the agents.
 *
 * @module
 */

import type { ApiServer } from "../api_server/api_server.ts";

/** The audience of agents' tokens (the controller's `agent.audience`). */
export const AGENT_AUDIENCE = "cnpg-storage-manager";

const LIFETIME_MS = 3_600_000;

/** The kubelet renews a token after 80 % of its lifetime (`pkg/kubelet/token`). */
const RENEWAL_SHARE = 0.8;

/** Whose token it is. */
export interface TokenBearer {
  readonly namespace: string;
  readonly serviceAccount: { readonly name: string; readonly uid: string };
  readonly pod: { readonly name: string; readonly uid: string };
}

/** Gives the token that lies in a pod at a moment. */
export type TokenFile = (bearer: TokenBearer, nowMs: number) => string;

/** Creates the place where the token of one instance lies. */
export function createTokenFile(server: Pick<ApiServer, "issueToken">): TokenFile {
  let current: { readonly token: string; readonly podUid: string; readonly renewAtMs: number } = {
    token: "",
    podUid: "",
    renewAtMs: -Infinity,
  };
  return function read({ namespace, serviceAccount, pod }, nowMs): string {
    if (current.podUid === pod.uid && nowMs < current.renewAtMs) return current.token;
    const token = server.issueToken({
      user: `system:serviceaccount:${namespace}:${serviceAccount.name}`,
      uid: serviceAccount.uid,
      groups: [
        "system:serviceaccounts",
        `system:serviceaccounts:${namespace}`,
        "system:authenticated",
      ],
      audiences: [AGENT_AUDIENCE],
      expiresAtMs: nowMs + LIFETIME_MS,
      pod,
    });
    current = { token, podUid: pod.uid, renewAtMs: nowMs + LIFETIME_MS * RENEWAL_SHARE };
    return token;
  };
}
