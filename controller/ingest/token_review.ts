/**
 * Asks the API server whose token this is (`kubernetes.md` A4).
 *
 * @module
 */

import type { JsonObject, KubeApi } from "../../kube/api.ts";
import { isJsonObject } from "../../kube/json.ts";
import { TOKEN_REVIEW } from "../../kube/resources.ts";
import { type Refusal, refusal } from "./refusal.ts";

/** The API server answers in milliseconds; an agent waits no longer than this for us to find out. */
const REVIEW_DEADLINE_MS = 5_000;

/** The server's own words go to the log, but not at any length. */
const DETAIL_LENGTH_MAX = 300;

const POD_NAME = "authentication.kubernetes.io/pod-name";
const POD_UID = "authentication.kubernetes.io/pod-uid";

/** The pod that a token was issued to. */
export interface PodIdentity {
  readonly namespace: string;
  readonly podName: string;
  readonly podUid: string;
}

/** What became of a token. */
export type Authentication =
  | { readonly kind: "verified"; readonly identity: PodIdentity }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/**
 * Creates one TokenReview and reads its verdict.
 *
 * @throws {ApiError} If the API server did not answer the question, as distinct from answering it with no.
 */
export async function reviewToken(
  api: Pick<KubeApi, "create">,
  token: string,
  audience: string,
): Promise<Authentication> {
  const review: JsonObject = {
    apiVersion: `${TOKEN_REVIEW.group}/${TOKEN_REVIEW.version}`,
    kind: TOKEN_REVIEW.kind,
    spec: { token, audiences: [audience] },
  };
  const answer = await api.create(TOKEN_REVIEW, review, {
    deadlineMs: REVIEW_DEADLINE_MS,
    lane: "identity",
  });
  return verdictOf(isJsonObject(answer.status) ? answer.status : {}, audience);
}

function verdictOf(status: JsonObject, audience: string): Authentication {
  if (status.authenticated !== true || isPresent(status.error)) {
    return refused(refusal("TokenInvalid", "The API server does not accept the token", {
      detail: String(status.error ?? "").slice(0, DETAIL_LENGTH_MAX),
    }));
  }
  // An authenticator that knows nothing of audiences returns none: then the token was not made for us.
  if (!stringsOf(status.audiences).includes(audience)) {
    return refused(
      refusal("AudienceMismatch", `The token was not issued for the audience ${audience}`),
    );
  }
  const identity = podOf(isJsonObject(status.user) ? status.user : {});
  return identity === undefined
    ? refused(refusal("PodUnbound", "The token was not issued to a ServiceAccount of a pod"))
    : { kind: "verified", identity };
}

function podOf(user: JsonObject): PodIdentity | undefined {
  const extra = isJsonObject(user.extra) ? user.extra : {};
  const namespace = /^system:serviceaccount:([^:]+):[^:]+$/.exec(String(user.username))?.[1];
  const podName = onlyString(extra[POD_NAME]);
  const podUid = onlyString(extra[POD_UID]);
  if (namespace === undefined || podName === undefined || podUid === undefined) return undefined;
  return { namespace, podName, podUid };
}

/** The one element of a list of one non-empty string. */
function onlyString(value: unknown): string | undefined {
  const strings = stringsOf(value);
  return strings.length === 1 && strings[0] !== "" ? strings[0] : undefined;
}

function stringsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}

function refused(reason: Refusal): Authentication {
  return { kind: "refused", refusal: reason };
}
