/**
 * TokenRequest: a token of a ServiceAccount, issued at `serviceaccounts/NAME/token` and never stored.
 *
 * @module
 */

import * as z from "zod";

import type { JsonObject, ObjectName, Resource } from "../../kube/api.ts";
import { POD } from "../../kube/resources.ts";
import { type Backend, formatTime, storedObject } from "./backend.ts";
import { metadataText } from "./metadata.ts";
import { badRequest, conflict, invalid } from "./refusals.ts";
import { API_AUDIENCES } from "./token_review.ts";

const TOKEN_REQUEST: Pick<Resource, "group" | "kind"> = {
  group: "authentication.k8s.io",
  kind: "TokenRequest",
};

const MS_PER_SECOND = 1_000;

/** The default and the bounds of kube-apiserver (`pkg/apis/authentication/validation`). */
const LIFE_SECONDS = 3_600;
const LIFE_SECONDS_MIN = 600;
const LIFE_SECONDS_MAX = 2 ** 32;

const requestSchema = z.object({
  spec: z.object({
    audiences: z.array(z.string()).default([]),
    expirationSeconds: z.int().default(LIFE_SECONDS),
    boundObjectRef: z.object({
      kind: z.literal("Pod"),
      name: z.string(),
      uid: z.string().default(""),
    }).optional(),
  }),
});

/** Whether a POST to this subresource asks for a token. */
export function isTokenRequest({ group, plural }: Resource, subresource: string): boolean {
  return group === "" && plural === "serviceaccounts" && subresource === "token";
}

/**
 * The request with the token.
 *
 * @throws {ApiError} 404 if account or pod are not there, 409 if the pod is another one, 400 for a request
 * that cannot be read, 422 for a life that is too short or too long.
 */
export function issueRequested(
  backend: Backend,
  resource: Resource,
  name: ObjectName,
  body: JsonObject,
): JsonObject {
  const account = storedObject(backend, resource, name);
  const parsed = requestSchema.safeParse(body);
  if (!parsed.success) {
    throw badRequest(`TokenRequest is invalid: ${z.prettifyError(parsed.error)}`);
  }
  const { audiences, expirationSeconds, boundObjectRef } = parsed.data.spec;
  checkLife(expirationSeconds);
  const expiresAtMs = backend.clock.now() + expirationSeconds * MS_PER_SECOND;
  const token = backend.tokens.issue({
    user: `system:serviceaccount:${name.namespace ?? ""}:${name.name}`,
    uid: metadataText(account, "uid"),
    groups: [
      "system:serviceaccounts",
      `system:serviceaccounts:${name.namespace ?? ""}`,
      "system:authenticated",
    ],
    audiences: audiences.length === 0 ? API_AUDIENCES : audiences,
    expiresAtMs,
    pod: boundObjectRef && boundPod(backend, name.namespace, boundObjectRef),
  });
  return { ...body, status: { token, expirationTimestamp: formatTime(expiresAtMs) } };
}

function checkLife(seconds: number): void {
  if (seconds >= LIFE_SECONDS_MIN && seconds <= LIFE_SECONDS_MAX) return;
  const bound = seconds < LIFE_SECONDS_MIN ? "less than 10 minutes" : "larger than 2^32 seconds";
  const problem = `may not specify a duration ${bound}`;
  const text = `spec.expirationSeconds: Invalid value: ${seconds}: ${problem}`;
  throw invalid(TOKEN_REQUEST, { name: "" }, text);
}

interface BoundPod {
  readonly name: string;
  readonly uid: string;
}

function boundPod(backend: Backend, namespace: string | undefined, wanted: BoundPod): BoundPod {
  const address = { namespace, name: wanted.name };
  const uid = metadataText(storedObject(backend, POD, address), "uid");
  if (wanted.uid === "" || wanted.uid === uid) return { name: wanted.name, uid };
  const problem = `the UID in the bound object reference (${wanted.uid}) does not match the UID ` +
    `in record. The object might have been deleted and then recreated`;
  throw conflict(POD, address, problem);
}
