/**
 * TokenReview: answered, never stored.
 *
 * @module
 */

import type { JsonObject, Resource } from "../../kube/api.ts";
import { isJsonObject } from "../../kube/json.ts";
import { TOKEN_REVIEW } from "../../kube/resources.ts";
import type { TokenIdentity } from "./api_server.ts";
import { badRequest } from "./refusals.ts";
import type { TokenBook } from "./token_book.ts";

/** Meant by whoever names no audience: the API server itself. */
export const API_AUDIENCES: readonly string[] = ["https://kubernetes.default.svc"];

const POD_NAME = "authentication.kubernetes.io/pod-name";
const POD_UID = "authentication.kubernetes.io/pod-uid";

/** Whether creating one of the kind asks about a token. */
export function isTokenReview({ group, plural }: Resource): boolean {
  return group === TOKEN_REVIEW.group && plural === TOKEN_REVIEW.plural;
}

/**
 * The review with its verdict.
 *
 * @throws {ApiError} 400 if it names no token.
 */
export function reviewToken(identify: TokenBook["identify"], review: JsonObject): JsonObject {
  const spec = isJsonObject(review["spec"]) ? review["spec"] : {};
  const asked = Array.isArray(spec["audiences"]) && spec["audiences"].length > 0
    ? spec["audiences"]
    : API_AUDIENCES;
  if ((spec["token"] ?? "") === "") {
    throw badRequest("token is required for TokenReview in authentication");
  }
  const identity = typeof spec["token"] === "string" ? identify(spec["token"]) : undefined;
  return { ...review, status: verdict(identity, asked) };
}

function verdict(
  identity: TokenIdentity | undefined,
  asked: readonly unknown[],
): JsonObject {
  if (identity === undefined) return refusal("invalid bearer token");
  const audiences = identity.audiences.filter((audience) => asked.includes(audience));
  if (audiences.length === 0) {
    const found = JSON.stringify(identity.audiences);
    return refusal(`token audiences ${found} is invalid for the target audiences`);
  }
  const { user, uid, groups, pod } = identity;
  const extra = pod === undefined
    ? {}
    : { extra: { [POD_NAME]: [pod.name], [POD_UID]: [pod.uid] } };
  return { authenticated: true, audiences, user: { username: user, uid, groups, ...extra } };
}

/** As seen from a kube-apiserver 1.36: `authenticated` is absent then, not false. */
function refusal(problem: string): JsonObject {
  return { user: {}, error: `[invalid bearer token, ${problem}]` };
}
