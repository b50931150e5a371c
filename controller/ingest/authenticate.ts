/**
 * Who reports: a verdict of the API server on the token, remembered for a while.
 *
 * @module
 */

import { ApiError, type KubeApi } from "../../kube/api.ts";
import type { Clock } from "../../kube/clock.ts";
import { errorText } from "../../kube/logger.ts";
import { fingerprintOf } from "./bearer_token.ts";
import { claimsOf } from "./claimed_pod.ts";
import type { PodDirectory } from "./ports.ts";
import { refusal } from "./refusal.ts";
import { createTokenMemory } from "./token_memory.ts";
import { type Authentication, reviewToken } from "./token_review.ts";

/** Reviews under way at once: an API server answers hundreds a second, and reports are not all it does. */
const REVIEWS_IN_FLIGHT_MAX = 64;

/** Sent with a refusal that says "later". */
const RETRY_AFTER_SECONDS = 2;

/** What authentication needs. */
export interface AuthenticateDependencies {
  readonly api: Pick<KubeApi, "create">;
  readonly clock: Clock;
  readonly directory: Pick<PodDirectory, "findPod">;
  readonly audience: string;
}

/** Establishes who sent a token. Never rejects: what cannot be found out is refused. */
export type Authenticate = (token: string) => Promise<Authentication>;

/** Creates an {@link Authenticate} with an empty memory. */
export function createAuthenticate(dependencies: AuthenticateDependencies): Authenticate {
  const { api, directory, audience } = dependencies;
  const memory = createTokenMemory(dependencies);
  const reviews = new Map<string, Promise<Authentication>>();
  /** One review at a time for each pod: whoever invents tokens for one takes no other's turn. */
  const podsUnderReview = new Set<string>();

  async function review(
    token: string,
    fingerprint: string,
    podUid: string,
  ): Promise<Authentication> {
    try {
      const authentication = await reviewToken(api, token, audience);
      memory.remember(fingerprint, token, authentication);
      return authentication;
    } catch (error) {
      return notAnswered(error);
    } finally {
      reviews.delete(fingerprint);
      podsUnderReview.delete(podUid);
    }
  }

  return function authenticate(token: string): Promise<Authentication> {
    const fingerprint = fingerprintOf(token);
    const known = memory.recall(fingerprint);
    if (known !== undefined) return Promise.resolve(known);
    const underWay = reviews.get(fingerprint);
    if (underWay !== undefined) return underWay;
    const claims = claimsOf(token);
    if (claims === undefined || !claims.audiences.includes(audience)) {
      return Promise.resolve(notOurs());
    }
    const { namespace, podName, podUid } = claims;
    if (directory.findPod(namespace, podName)?.uid !== podUid) {
      return Promise.resolve(podNotKnown(namespace, podName));
    }
    if (reviews.size >= REVIEWS_IN_FLIGHT_MAX || podsUnderReview.has(podUid)) {
      return Promise.resolve(tooManyReviews());
    }
    podsUnderReview.add(podUid);
    const started = review(token, fingerprint, podUid);
    reviews.set(fingerprint, started);
    return started;
  };
}

function notOurs(): Authentication {
  const message = "The token does not claim to be a pod's token for this controller";
  return { kind: "refused", refusal: refusal("TokenInvalid", message) };
}

/** A new pod may report before the watch has told of it. */
function podNotKnown(namespace: string, podName: string): Authentication {
  const message = `Pod ${namespace}/${podName} is not known`;
  const parts = { retryAfterSeconds: RETRY_AFTER_SECONDS };
  return { kind: "refused", refusal: refusal("PodUnknown", message, parts) };
}

function tooManyReviews(): Authentication {
  return {
    kind: "refused",
    refusal: refusal("TooManyReviews", "Too many tokens are being reviewed at this moment", {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    }),
  };
}

function notAnswered(error: unknown): Authentication {
  const code = error instanceof ApiError ? `HTTP ${error.code} ${error.reason}: ` : "";
  return {
    kind: "refused",
    refusal: refusal("ReviewFailed", "The API server could not be asked about the token", {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
      detail: `${code}${errorText(error)}`,
    }),
  };
}
