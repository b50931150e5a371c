/**
 * The bearer token of a request: its text, its fingerprint and the time it claims to end.
 *
 * @module
 */

import { createHash } from "node:crypto";

import { parseJsonObject } from "../../kube/json.ts";

/** ServiceAccount tokens have 1–2 KiB; what is longer is none and is not sent to the API server. */
const TOKEN_LENGTH_MAX = 8_192;

const BEARER = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i;

/** The token of an `Authorization` header, or undefined if there is none that could be one. */
export function bearerTokenOf(header: string | undefined): string | undefined {
  const token = BEARER.exec(header ?? "")?.[1];
  return token === undefined || token.length > TOKEN_LENGTH_MAX ? undefined : token;
}

/** Stands for a token where it is remembered, so that no cache holds what could be used elsewhere. */
export function fingerprintOf(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}

/**
 * The claim `exp` of a JWT in milliseconds since the Unix epoch, or undefined if it cannot be read.
 *
 * Nothing is verified here. The value only shortens how long a verdict of the API server is remembered; a
 * forged one gains nothing, because it is the API server that said yes to the same token.
 */
export function claimedExpiryMs(token: string): number | undefined {
  const payload = token.split(".")[1];
  if (payload === undefined) return undefined;
  try {
    const text = atob(payload.replaceAll("-", "+").replaceAll("_", "/"));
    const { exp } = parseJsonObject(text, "the payload of a token");
    return typeof exp === "number" && Number.isFinite(exp) ? exp * 1_000 : undefined;
  } catch {
    return undefined;
  }
}
