/**
 * What a POST is answered with: most kinds store an object, some only answer a question.
 *
 * @module
 */

import type { JsonObject, Resource } from "../../kube/api.ts";
import { POD } from "../../kube/resources.ts";
import type { TokenIdentity } from "./api_server.ts";
import { type Backend, servedKey } from "./backend.ts";
import { metadataText } from "./metadata.ts";
import { notServed } from "./refusals.ts";
import { issueRequested, isTokenRequest } from "./token_request.ts";
import { isTokenReview, reviewToken } from "./token_review.ts";
import { createObject, type CreateOptions } from "./write_verbs.ts";

/**
 * Answers a POST.
 *
 * @throws {ApiError} if the server refuses.
 */
export function answerCreate(
  backend: Backend,
  resource: Resource,
  body: JsonObject,
  options: CreateOptions,
): JsonObject {
  if (isTokenReview(resource)) {
    return reviewToken((token) => livingIdentity(backend, token), body);
  }
  const { namespace, name, subresource } = options;
  if (subresource === undefined) return createObject(backend, resource, body, options);
  if (name === undefined || !isTokenRequest(resource, subresource)) throw notServed();
  return issueRequested(backend, resource, { namespace, name }, body);
}

/** Whose token this is; a token that is bound to a pod dies with it. */
function livingIdentity(
  { tokens, served, store }: Backend,
  token: string,
): TokenIdentity | undefined {
  const identity = tokens.identify(token);
  if (identity?.pod === undefined || !served.has(servedKey(POD))) return identity;
  const [, , namespace] = identity.user.split(":");
  const pod = store.find(POD, { namespace, name: identity.pod.name });
  return pod !== undefined && metadataText(pod, "uid") === identity.pod.uid ? identity : undefined;
}
