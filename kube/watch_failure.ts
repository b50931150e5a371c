/**
 * What keeps a reflector from following its resource, and telling so without filling the log.
 *
 * @module
 */

import { ApiError } from "./api.ts";
import type { Clock } from "./clock.ts";
import { errorText, type Logger } from "./logger.ts";

/** What is asked of the API server, under the names of RBAC. */
export type WatchVerb = "list" | "watch";

/** Why a resource is not followed. */
export interface WatchFailure {
  readonly verb: WatchVerb;
  readonly message: string;
  /** HTTP status of the answer; absent: there was none, or it broke off. */
  readonly code?: number | undefined;
}

/** A missing definition or right is tried for twice a minute: a line every ten minutes is a reminder. */
export const REPEAT_MS = 600_000;

/** The failure that an error stands for. */
export function watchFailure(verb: WatchVerb, error: unknown): WatchFailure {
  const code = error instanceof ApiError ? error.code : undefined;
  return { verb, message: errorText(error), code };
}

/** Takes failures as they come. */
export type LogWatchFailure = (
  resource: string,
  failure: WatchFailure,
  retry: { readonly waitMs: number; readonly failures: number },
) => void;

/**
 * Creates what logs a failure when it is another one than before, or when {@link REPEAT_MS} have passed since it
 * was logged; the repetitions between are lines of the level debug.
 */
export function createFailureLog(
  log: Logger,
  clock: Pick<Clock, "monotonic">,
): LogWatchFailure {
  let last: { readonly message: string; readonly loggedAtMs: number } | undefined;
  return function logWatchFailure(resource, { message }, retry): void {
    const nowMs = clock.monotonic();
    const fields = { resource, error: message, ...retry };
    if (last?.message === message && nowMs - last.loggedAtMs < REPEAT_MS) {
      return log.debug("A watch broke again", fields);
    }
    last = { message, loggedAtMs: nowMs };
    log.warn("A watch broke", fields);
  };
}
