/**
 * Verdicts on tokens, remembered for a while by the tokens' fingerprints.
 *
 * @module
 */

import type { Clock } from "../../kube/clock.ts";
import { claimedExpiryMs } from "./bearer_token.ts";
import { createBoundedCache } from "./bounded_cache.ts";
import type { PodDirectory } from "./ports.ts";
import type { Authentication } from "./token_review.ts";

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

/** What the memory needs. */
export interface TokenMemoryDependencies {
  readonly clock: Clock;
  readonly directory: Pick<PodDirectory, "findPod">;
}

/** Remembers verdicts. */
export interface TokenMemory {
  /** The verdict on a token, if one holds still. */
  recall(fingerprint: string): Authentication | undefined;
  remember(fingerprint: string, token: string, authentication: Authentication): void;
}

/** Creates an empty memory. */
export function createTokenMemory({ clock, directory }: TokenMemoryDependencies): TokenMemory {
  const verified = createBoundedCache<string, Verified>(VERIFIED_MAX);
  const refused = createBoundedCache<string, Refused>(REFUSED_MAX);
  return {
    recall(fingerprint): Authentication | undefined {
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
    },
    remember(fingerprint, token, authentication): void {
      const nowMs = clock.monotonic();
      if (authentication.kind === "refused") {
        refused.set(fingerprint, { authentication, refusedAtMs: nowMs });
        return;
      }
      const expiryMs = claimedExpiryMs(token);
      const remainingMs = expiryMs === undefined ? UNPROVEN_TTL_MS : expiryMs - clock.now();
      verified.set(fingerprint, { authentication, verifiedAtMs: nowMs, remainingMs });
    },
  };
}

/** How long a yes holds: long only while the cache still has the very pod that the token was issued to. */
function lifeMs(yes: Verified, directory: Pick<PodDirectory, "findPod">): number {
  const { namespace, podName, podUid } = yes.authentication.identity;
  const isOfLivingPod = directory.findPod(namespace, podName)?.uid === podUid;
  return Math.min(yes.remainingMs, isOfLivingPod ? VERIFIED_TTL_MS : UNPROVEN_TTL_MS);
}
