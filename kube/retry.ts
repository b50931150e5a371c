/**
 * Which requests are sent again, after what failure and how soon.
 *
 * @module
 */

import { ApiError, type JsonObject, type Patch } from "./api.ts";
import { fullJitterMs } from "./backoff.ts";
import type { Clock, Random } from "./clock.ts";
import { isJsonObject } from "./json.ts";
import { TransportError } from "./transport.ts";

/** The first try and four more; with the waits below that is a few seconds, then the caller decides. */
export const TRIES_MAX = 5;

/** A hiccup of the server is over in a fraction of a second; an election of etcd in a few. */
const WAIT_BOUNDS = { initialMs: 200, maxMs: 5_000 } as const;

/** Who asks for a longer wait than this gets no silent one: the caller sees the error and its advice. */
const RETRY_AFTER_MS_MAX = 30_000;

/** Overload, and gateways before a server that is starting or gone. */
const RETRIED_CODES: readonly number[] = [429, 502, 503, 504];

/** What {@link withRetries} takes from the outside. */
export interface RetryDependencies {
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Runs `attempt` again while it fails in a way that waiting may cure.
 * A wait is never shorter than the server asked for, plus a random share of a growing bound.
 */
export async function withRetries<Result>(
  attempt: () => Promise<Result>,
  { clock, random }: RetryDependencies,
  signal: AbortSignal | undefined,
): Promise<Result> {
  for (let tries = 1;; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (tries >= TRIES_MAX || !isPassing(error)) throw error;
      const askedMs = error instanceof ApiError ? error.retryAfterMs ?? 0 : 0;
      await clock.sleep(askedMs + fullJitterMs(tries, WAIT_BOUNDS, random), signal);
    }
  }
}

function isPassing(error: unknown): boolean {
  if (error instanceof TransportError) return true;
  return error instanceof ApiError && RETRIED_CODES.includes(error.code) &&
    (error.retryAfterMs ?? 0) <= RETRY_AFTER_MS_MAX;
}

/**
 * Tells whether sending a patch twice does no more than sending it once: an apply says what shall be, the
 * others are refused the second time if they name the resourceVersion they start from.
 */
export function isIdempotentPatch(patch: Patch): boolean {
  switch (patch.type) {
    case "apply":
      return true;
    case "merge":
      return carriesResourceVersion(patch.body);
    case "json":
      return patch.body.some((operation) =>
        operation["op"] === "test" && operation["path"] === "/metadata/resourceVersion"
      );
  }
}

/** Tells whether an object names the resourceVersion it was made from. */
export function carriesResourceVersion(object: JsonObject): boolean {
  const metadata = object["metadata"];
  return isJsonObject(metadata) && typeof metadata["resourceVersion"] === "string" &&
    metadata["resourceVersion"] !== "";
}
