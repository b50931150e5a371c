/**
 * One watch, from its opening to its end.
 *
 * @module
 */

import { linkAbort, startWatchdog } from "./abort.ts";
import type { JsonObject, WatchEvent, WatchQuery } from "./api.ts";
import type { Clock, Random } from "./clock.ts";
import { isJsonObject } from "./json.ts";
import type { ObjectCache, Snapshot } from "./object_cache.ts";
import type { RelistOptions } from "./relist.ts";
import { apiErrorOfEvent } from "./status_error.ts";

/** Bookmarks come about once a minute: after so long without a line the connection is dead. */
export const IDLE_MS_MAX = 150_000;

/** A server that knows WatchList has said everything by then; one that ignores the request never will. */
export const INITIAL_EVENTS_MS_MAX = 60_000;

/** Servers end a watch after 5 to 10 min, spread so that clients do not all come back at once. */
const TIMEOUT_SECONDS_MIN = 300;

/** A watch that ends sooner was not ended by its timeout: opening it again at once would be a busy loop. */
const SESSION_MS_MIN = 5_000;

/** Where the server says that the present state is complete (KEP-3157). */
const INITIAL_EVENTS_END = "k8s.io/initial-events-end";

/** The present state did not come to its end in time: list instead. */
export class InitialEventsError extends Error {
  override readonly name = "InitialEventsError";
}

/** What a session works on. */
export interface WatchSessionOptions<T> extends RelistOptions {
  readonly cache: ObjectCache<T>;
  readonly clock: Clock;
  readonly random: Random;
  /** The present state is complete. */
  onSynced(): void;
  /** Asked after every event: ends the session when it says yes. */
  isRelistDue(): boolean;
}

/**
 * Watches from the cache's version, or, with `initial`, from the present state on, which is sent first.
 * Resolves when the server ends the watch in good order or a relist is due.
 *
 * @throws whatever ends the watch otherwise; 410 in either of its forms is an ApiError with `isGone`.
 */
export async function runWatchSession<T>(
  options: WatchSessionOptions<T>,
  initial: boolean,
  signal: AbortSignal,
): Promise<void> {
  const { api, resource, clock } = options;
  const startMs = clock.monotonic();
  using link = linkAbort(signal);
  using idle = startWatchdog(clock, IDLE_MS_MAX, () => {
    const silence = `nothing was heard for ${IDLE_MS_MAX} ms`;
    link.abort(new Error(`Cannot go on watching ${resource.plural}: ${silence}`));
  });
  using initialLimit = startWatchdog(clock, INITIAL_EVENTS_MS_MAX, () => {
    const problem = `the present state was not complete after ${INITIAL_EVENTS_MS_MAX} ms`;
    link.abort(new InitialEventsError(`Cannot watch ${resource.plural}: ${problem}`));
  });
  if (!initial) initialLimit[Symbol.dispose]();
  let snapshot = initial ? options.beginSnapshot() : undefined;
  for await (
    const event of api.watch(resource, watchQuery(options, initial), { signal: link.signal })
  ) {
    idle.touch();
    options.onHeard();
    if (snapshot === undefined) {
      applyLive(options, event);
      if (options.isRelistDue()) return;
    } else if (applyInitial(options, snapshot, event)) {
      initialLimit[Symbol.dispose]();
      snapshot = undefined;
    }
  }
  link.signal.throwIfAborted();
  const lastedMs = clock.monotonic() - startMs;
  if (snapshot !== undefined || lastedMs < SESSION_MS_MIN) {
    throw new Error(`Cannot go on watching ${resource.plural}: it ended after ${lastedMs} ms`);
  }
}

function watchQuery<T>(options: WatchSessionOptions<T>, initial: boolean): WatchQuery {
  const spread = Math.floor(options.random() * TIMEOUT_SECONDS_MIN);
  return {
    ...options.selection,
    timeoutSeconds: TIMEOUT_SECONDS_MIN + spread,
    ...initial ? { sendInitialEvents: true } : { resourceVersion: options.cache.resourceVersion },
  };
}

/** Takes an event into the snapshot; true when that made it complete. */
function applyInitial<T>(
  options: WatchSessionOptions<T>,
  snapshot: Snapshot,
  event: WatchEvent,
): boolean {
  if (event.type === "BOOKMARK") {
    if (!endsInitialEvents(event.object)) return false;
    snapshot.commit(bookmarkVersion(event.object));
    options.onSynced();
    return true;
  }
  apply(options, snapshot, event);
  return false;
}

function applyLive<T>(options: WatchSessionOptions<T>, event: WatchEvent): void {
  if (event.type === "BOOKMARK") options.cache.advance(bookmarkVersion(event.object));
  else apply(options, options.cache, event);
}

function apply<T>(
  options: WatchSessionOptions<T>,
  target: Pick<Snapshot, "put" | "remove">,
  event: WatchEvent,
): void {
  if (event.type === "ERROR") {
    throw apiErrorOfEvent(`go on watching ${options.resource.plural}`, event.object);
  }
  if (event.type === "DELETED") target.remove(event.object);
  else target.put(event.object);
}

function bookmarkVersion(object: JsonObject): string {
  const metadata = object["metadata"];
  const version = isJsonObject(metadata) ? metadata["resourceVersion"] : undefined;
  if (typeof version !== "string" || version === "") {
    throw new TypeError("Cannot read a bookmark: expected a resourceVersion, found none");
  }
  return version;
}

function endsInitialEvents(object: JsonObject): boolean {
  const metadata = object["metadata"];
  const annotations = isJsonObject(metadata) ? metadata["annotations"] : undefined;
  return isJsonObject(annotations) && annotations[INITIAL_EVENTS_END] === "true";
}
