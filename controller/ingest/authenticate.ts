/**
 * Who reports: a verdict of the API server on the token, remembered for a while.
 *
 * @module
 */

import { ApiError, type KubeApi } from "../../kube/api.ts";
import type { Clock } from "../../kube/clock.ts";
import { errorText } from "../../kube/logger.ts";
import { claimedExpiryMs, fingerprintOf } from "./bearer_token.ts";
import { createBoundedCache } from "./bounded_cache.ts";
import { claimsOf } from "./claimed_pod.ts";
import type { PodDirectory } from "./ports.ts";
import { refusal } from "./refusal.ts";
import { type Authentication, reviewToken } from "./token_review.ts";

/** Room for the agents of a thousand clusters and their next tokens; an entry has some 300 bytes. */
const VERIFIED_MAX = 4_096;

/** Kept apart from the verified ones: whoever sends rubbish must not push those out. */
const REFUSED_MAX = 1_024;

/** A yes is asked for again at least this often: a ServiceAccount may be deleted while its pod lives on. */
const VERIFIED_TTL_MS = 600_000;

/**
 * A no, and a yes to a pod that the cache does not hold, are asked for again this often: long enough that a
 * broken agent costs the API server next to nothing, short enough that a new pod need not wait.
 */
const UNPROVEN_TTL_MS = 10_000;

/** Reviews under way at once: an API server answers hundreds a second, and reports are not all it does. */
const REVIEWS_IN_FLIGHT_MAX = 64;

/** Sent with a refusal that says "later". */
const RETRY_AFTER_SECONDS = 2;

interface Verified {
  readonly authentication: Extract<Authentication, { kind: "verified" }>;
  readonly verifiedAtMs: number;
  /** How long the token is good for at most. */
  readonly remainingMs: number;
}

interface Refused {
  readonly authentication: Extract<Authentication, { kind: "refused" }>;
  readonly refusedAtMs: number;
}

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
  const { api, clock, directory, audience } = dependencies;
  const verified = createBoundedCache<string, Verified>(VERIFIED_MAX);
  const refused = createBoundedCache<string, Refused>(REFUSED_MAX);
  const reviews = new Map<string, Promise<Authentication>>();
  /** One review at a time for each pod: whoever invents tokens for one takes no other's turn. */
  const podsUnderReview = new Set<string>();

  function remembered(fingerprint: string): Authentication | undefined {
    const nowMs = clock.monotonic();
    const yes = verified.get(fingerprint);
    if (yes !== undefined && nowMs - yes.verifiedAtMs < lifeMs(yes, directory)) {
      return yes.authentication;
    }
    verified.delete(fingerprint);
    const no = refused.get(fingerprint);
    if (no !== undefined && nowMs - no.refusedAtMs < UNPROVEN_TTL_MS) return no.authentication;
    refused.delete(fingerprint);
    return undefined;
  }

  function remember(fingerprint: string, token: string, authentication: Authentication): void {
    const nowMs = clock.monotonic();
    if (authentication.kind === "refused") {
      refused.set(fingerprint, { authentication, refusedAtMs: nowMs });
      return;
    }
    const expiryMs = claimedExpiryMs(token);
    const remainingMs = expiryMs === undefined ? UNPROVEN_TTL_MS : expiryMs - clock.now();
    verified.set(fingerprint, { authentication, verifiedAtMs: nowMs, remainingMs });
  }

  async function review(
    token: string,
    fingerprint: string,
    podUid: string,
  ): Promise<Authentication> {
    try {
      const authentication = await reviewToken(api, token, audience);
      remember(fingerprint, token, authentication);
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
    const known = remembered(fingerprint);
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

/** How long a yes holds: long only while the cache still has the very pod that the token was issued to. */
function lifeMs(yes: Verified, directory: Pick<PodDirectory, "findPod">): number {
  const { namespace, podName, podUid } = yes.authentication.identity;
  const isOfLivingPod = directory.findPod(namespace, podName)?.uid === podUid;
  return Math.min(yes.remainingMs, isOfLivingPod ? VERIFIED_TTL_MS : UNPROVEN_TTL_MS);
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
