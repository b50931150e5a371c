/**
 * One watch, from its opening to its end.
 *
 * @module
 */

import { linkAbort, startWatchdog, type Watchdog } from "./abort.ts";
import type { JsonObject, WatchEvent, WatchQuery } from "./api.ts";
import type { Clock, Random } from "./clock.ts";
import { isJsonObject } from "./json.ts";
import type { ObjectCache, Snapshot } from "./object_cache.ts";
import type { RelistOptions } from "./relist.ts";
import { apiErrorOfEvent } from "./status_error.ts";
import { TransportError } from "./transport.ts";

/**
 * Bookmarks come about once a minute where etcd reports its progress. Where it does not, a watch of something
 * that never changes has nothing to say, and looks like one whose connection is dead: after so long it is
 * left for a new one, which a living server accepts and a dead one does not.
 */
export const IDLE_MS_MAX = 150_000;

/** By then a watch that was accepted has brought what was behind its version, or has broken. */
export const SETTLED_MS = 5_000;

/** A server that knows WatchList has said everything by then; one that ignores the request never will. */
export const INITIAL_EVENTS_MS_MAX = 60_000;

/** Servers end a watch after 5 to 10 min, spread so that clients do not all come back at once. */
const TIMEOUT_SECONDS_MIN = 300;

/** A watch that ends sooner was not ended by its timeout: opening it again at once would be a busy loop. */
const SESSION_MS_MIN = 5_000;

/** Where the server says that the present state is complete (KEP-3157). */
const INITIAL_EVENTS_END = "k8s.io/initial-events-end";

/** How a session ended that nothing broke. */
export type SessionEnd = "ended" | "silent";

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
 * Resolves when the server ends the watch in good order or a relist is due, and when nothing was heard for
 * {@link IDLE_MS_MAX}, or since a request was sent that met its deadline. A watch that brings nothing counts as heard once, {@link SETTLED_MS} after the server
 * accepted it: acceptance alone would let a server that breaks every watch at once pass for a living one.
 *
 * @throws whatever ends the watch otherwise; 410 in either of its forms is an ApiError with `isGone`.
 */
export async function runWatchSession<T>(
  options: WatchSessionOptions<T>,
  initial: boolean,
  signal: AbortSignal,
): Promise<SessionEnd> {
  const { api, resource, clock } = options;
  const startMs = clock.monotonic();
  using link = linkAbort(signal);
  using limits = new DisposableStack();
  const silence = new Error(`Nothing was heard of ${resource.plural} for ${IDLE_MS_MAX} ms`);
  const idle = limits.use(startWatchdog(clock, IDLE_MS_MAX, () => link.abort(silence)));
  let snapshot = initial ? options.beginSnapshot() : undefined;
  const initialLimit = limits.use(startInitialLimit(options, link.abort));
  if (!initial) initialLimit[Symbol.dispose]();
  function onAccepted(): void {
    if (!initial) limits.use(startWatchdog(clock, SETTLED_MS, options.onHeard));
  }
  const watchOptions = { signal: link.signal, onAccepted };
  try {
    for await (const event of api.watch(resource, watchQuery(options, initial), watchOptions)) {
      idle.touch();
      options.onHeard();
      if (snapshot === undefined) {
        applyLive(options, event);
        if (options.isRelistDue()) return "ended";
      } else if (applyInitial(options, snapshot, event)) {
        initialLimit[Symbol.dispose]();
        snapshot = undefined;
      }
    }
    link.signal.throwIfAborted();
  } catch (error) {
    if (error === silence || isGivenUp(error)) return "silent";
    throw error;
  }
  const lastedMs = clock.monotonic() - startMs;
  if (snapshot !== undefined || lastedMs < SESSION_MS_MIN) {
    throw new Error(`Cannot go on watching ${resource.plural}: it ended after ${lastedMs} ms`);
  }
  return "ended";
}

/** A request met its deadline, and this watch brought nothing meanwhile: whoever is alive accepts a new one. */
function isGivenUp(error: unknown): boolean {
  return error instanceof TransportError && error.failure === "silent";
}

function startInitialLimit<T>(
  { clock, resource }: WatchSessionOptions<T>,
  abort: (reason: unknown) => void,
): Watchdog {
  return startWatchdog(clock, INITIAL_EVENTS_MS_MAX, () => {
    const problem = `the present state was not complete after ${INITIAL_EVENTS_MS_MAX} ms`;
    abort(new InitialEventsError(`Cannot watch ${resource.plural}: ${problem}`));
  });
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
