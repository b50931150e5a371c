/**
 * Who asks.
 *
 * @module
 */

import { ApiError } from "../../../kube/api.ts";
import { ADMINISTRATOR } from "../administrator.ts";
import type { ApiServer } from "../api_server.ts";

/** Whoever sends no token. */
export const ANONYMOUS = "system:anonymous";

/** Users that the server's own tokens do not know. */
export interface StaticUsers {
  /** Token of {@link ADMINISTRATOR}. */
  readonly adminToken?: string | undefined;
  /**
   * Whoever sends no token is this user; for loopback addresses only. Over plain HTTP `kubectl` sends none,
   * whatever its kubeconfig says (client-go, `IsConfigTransportTLS`).
   */
  readonly anonymousUser?: string | undefined;
}

/**
 * Names the user of a request.
 *
 * @throws {ApiError} 401 for a token that proves nothing; even where no token is needed, as upstream.
 */
export function userOf(
  token: string | undefined,
  server: Pick<ApiServer, "identify">,
  { adminToken, anonymousUser = ANONYMOUS }: StaticUsers,
): string {
  if (token === undefined) return anonymousUser;
  if (adminToken !== undefined && token === adminToken) return ADMINISTRATOR;
  const identity = server.identify(token);
  if (identity === undefined) throw unauthorized();
  return identity.user;
}

/** 401, in upstream's one word, which says nothing of why. */
export function unauthorized(): ApiError {
  return new ApiError("Unauthorized", { code: 401, reason: "Unauthorized" });
}
