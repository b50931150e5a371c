/**
 * What a POST is answered with: most kinds store an object, some only answer a question.
 *
 * @module
 */

import type { JsonObject, Resource } from "../../kube/api.ts";
import type { Backend } from "./backend.ts";
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
  if (isTokenReview(resource)) return reviewToken(backend.tokens, body);
  const { namespace, name, subresource } = options;
  if (subresource === undefined) return createObject(backend, resource, body, options);
  if (name === undefined || !isTokenRequest(resource, subresource)) throw notServed();
  return issueRequested(backend, resource, { namespace, name }, body);
}
