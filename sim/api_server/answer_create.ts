/**
 * What a POST is answered with: most kinds store an object, some only answer a question.
 *
 * @module
 */

import type { JsonObject, Resource } from "../../kube/api.ts";
import type { Backend } from "./backend.ts";
import { notServed } from "./refusals.ts";
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
  if (options.subresource !== undefined) throw notServed();
  return createObject(backend, resource, body, options);
}
