/**
 * The bearer tokens that the server has issued.
 *
 * @module
 */

import type { Clock, Random } from "../../kube/clock.ts";
import type { TokenIdentity } from "./api_server.ts";
import { randomUuid } from "./random_names.ts";

const MS_PER_SECOND = 1_000;
const ISSUER = "https://kubernetes.default.svc";

/** Issues tokens and knows them again. */
export interface TokenBook {
  /** A text that looks like a JWT. Nothing is signed: the book knows its tokens by heart. */
  issue(identity: TokenIdentity): string;
  /** Whose token this is; undefined where it is unknown or has expired. */
  identify(token: string): TokenIdentity | undefined;
}

/** Creates an empty book. */
export function createTokenBook(clock: Pick<Clock, "now">, random: Random): TokenBook {
  const identities = new Map<string, TokenIdentity>();

  /** Tokens expire more or less in the order in which they were issued. */
  function forgetExpired(): void {
    for (const [token, { expiresAtMs }] of identities) {
      if (expiresAtMs > clock.now()) return;
      identities.delete(token);
    }
  }

  return {
    issue(identity): string {
      forgetExpired();
      const header = encode({ alg: "RS256", kid: "simulated", typ: "JWT" });
      const payload = encode(claimsOf(identity, clock.now(), randomUuid(random)));
      const token = `${header}.${payload}.${encode(randomUuid(random))}`;
      identities.set(token, identity);
      return token;
    },
    identify(token): TokenIdentity | undefined {
      const identity = identities.get(token);
      if (identity !== undefined && identity.expiresAtMs > clock.now()) return identity;
      identities.delete(token);
      return undefined;
    },
  };
}

/** The claims of a bound ServiceAccount token (`pkg/serviceaccount/claims.go`). */
function claimsOf(identity: TokenIdentity, nowMs: number, id: string): unknown {
  const [, , namespace, name] = identity.user.split(":");
  const isServiceAccount = identity.user.startsWith("system:serviceaccount:");
  return {
    aud: identity.audiences,
    exp: Math.floor(identity.expiresAtMs / MS_PER_SECOND),
    iat: Math.floor(nowMs / MS_PER_SECOND),
    nbf: Math.floor(nowMs / MS_PER_SECOND),
    iss: ISSUER,
    jti: id,
    sub: identity.user,
    "kubernetes.io": isServiceAccount
      ? { namespace, pod: identity.pod, serviceaccount: { name, uid: identity.uid } }
      : undefined,
  };
}

function encode(value: unknown): string {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}
