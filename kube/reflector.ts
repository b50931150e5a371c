/**
 * Keeps a local picture of one resource up to date, whatever happens on the way.
 *
 * @module
 */

import { ApiError, type JsonObject, type KubeApi, type Resource } from "./api.ts";
import { type Backoff, createBackoff } from "./backoff.ts";
import type { Clock, Random } from "./clock.ts";
import { errorText, type Logger } from "./logger.ts";
import { type Change, createObjectCache, type ObjectCache } from "./object_cache.ts";
import { namespacedName, type ObjectMetadata } from "./object_metadata.ts";
import { relist, type Selection } from "./relist.ts";
import {
  createFailureLog,
  type LogWatchFailure,
  type WatchFailure,
  watchFailure,
  type WatchVerb,
} from "./watch_failure.ts";
import { InitialEventsError, runWatchSession, type WatchSessionOptions } from "./watch_session.ts";

/** As client-go's reflector. */
const BACKOFF = { initialMs: 800, maxMs: 30_000, resetAfterMs: 120_000 } as const;

/** A server that asks for a longer pause is asked again after this one. */
const RETRY_AFTER_MS_MAX = 60_000;

/** A net below the watches: whatever they may have missed is noticed after so long. */
export const RELIST_INTERVAL_MS = 600_000;

/** Spreads the relists of several reflectors and replicas over a fifth of the interval. */
const RELIST_JITTER = 0.2;

/** A version that no watch can be opened from may lie in a future that a restored etcd does not have. */
const FAILURES_BEFORE_RELIST = 3;

/** Answers to a request with `sendInitialEvents` that say "not like this" rather than "not you" or "not now". */
const WATCH_LIST_REFUSALS: readonly number[] = [400, 405, 406, 415, 422];

/** What a reflector is told when it is made. */
export interface ReflectorOptions<T> {
  readonly api: KubeApi;
  readonly resource: Resource;
  /** @default {everything in all namespaces} */
  readonly selection?: Selection | undefined;
  /**
   * Keeps what is needed of an object, and nothing that refers to the rest (managedFields are a third of a
   * Pod). Undefined leaves the object out, like a deletion. A throw leaves its last readable state in place.
   */
  project(object: JsonObject): T | undefined;
  /** @default {namespacedName} */
  readonly key?: ((metadata: ObjectMetadata) => string) | undefined;
  /** Told of every difference, in order, without being awaited. A throw is logged and changes nothing. */
  onChange(change: Change<T>): void | Promise<void>;
  /** Told of every object that `project` threw at. It is logged anyway. */
  readonly onUnreadable?: ((key: string, error: unknown) => void) | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** How good the picture is. */
export interface ReflectorState {
  /** The picture is complete: a whole state was taken, and no event since is known to be lost. */
  readonly synced: boolean;
  /**
   * When anything last came from the server, since the Unix epoch; undefined if never. For display. Of a watch
   * on which nothing happens it is heard whenever that is renewed, which is within 3 min.
   */
  readonly lastHeardAtMs: number | undefined;
  /** How long ago that was, on the monotonic clock. For decisions. */
  readonly silentForMs: number | undefined;
  readonly size: number;
  /** How often a whole state was taken. */
  readonly relists: number;
  /** How often the server had to be asked again after a failure. */
  readonly restarts: number;
  /** The last failure; undefined once the server was heard again. */
  readonly failure: WatchFailure | undefined;
  /** Keys of objects whose latest state `project` threw at. */
  readonly unreadable: readonly string[];
}

/** A local picture of one resource. */
export interface Reflector<T> {
  /**
   * Keeps the picture up to date until `signal` is aborted, and resolves then.
   *
   * @throws {TypeError} if it runs already; nothing else makes it reject.
   */
  run(signal: AbortSignal): Promise<void>;
  state(): ReflectorState;
  get(key: string): T | undefined;
  list(): readonly T[];
  /**
   * Folds in the object that a write of our own was answered with, before the watch brings it.
   * Taken only if its resourceVersion is newer than the cached one and than all that the watch has
   * delivered, so an answer that comes late never undoes news, not even a deletion.
   */
  observe(object: JsonObject): void;
}

interface Progress {
  running: boolean;
  synced: boolean;
  watchList: boolean;
  snapshotDue: boolean;
  relistAtMs: number;
  heard: { readonly atMs: number; readonly monotonicMs: number } | undefined;
  relists: number;
  restarts: number;
  verb: WatchVerb;
  failure: WatchFailure | undefined;
  failuresInSilence: number;
}

/** Creates a reflector that knows nothing yet. */
export function createReflector<T>(options: ReflectorOptions<T>): Reflector<T> {
  const cache = createCache(options);
  const progress: Progress = {
    running: false,
    synced: false,
    watchList: true,
    snapshotDue: true,
    relistAtMs: 0,
    heard: undefined,
    relists: 0,
    restarts: 0,
    verb: "watch",
    failure: undefined,
    failuresInSilence: 0,
  };
  const session = createSession(options, cache, progress);
  const backoff = createBackoff({ ...BACKOFF, clock: options.clock, random: options.random });
  const waiting = { ...options, backoff, logFailure: createFailureLog(options.log, options.clock) };
  return {
    async run(signal: AbortSignal): Promise<void> {
      if (progress.running) throw new TypeError("Cannot run a reflector twice at the same time");
      progress.running = true;
      while (!signal.aborted) await runOnce(session, progress, waiting, signal);
      progress.running = false;
    },
    state: () => describeState(options.clock, cache, progress),
    get: cache.get,
    list: cache.list,
    observe: cache.observe,
  };
}

function createCache<T>(options: ReflectorOptions<T>): ObjectCache<T> {
  const { log, resource } = options;
  function onHandlerError(key: string, error: unknown): void {
    log.error("A handler failed", { resource: resource.plural, key, error: errorText(error) });
  }
  return createObjectCache({
    project: options.project,
    key: options.key ?? namespacedName,
    onChange(change: Change<T>): void {
      try {
        Promise.resolve(options.onChange(change)).catch((error: unknown) =>
          onHandlerError(change.key, error)
        );
      } catch (error) {
        onHandlerError(change.key, error);
      }
    },
    onUnreadable(key: string, cause: unknown): void {
      const error = errorText(cause);
      log.warn("An object cannot be read", { resource: resource.plural, key, error });
      try {
        options.onUnreadable?.(key, cause);
      } catch (thrown) {
        onHandlerError(key, thrown);
      }
    },
    onMalformed(error: unknown): void {
      log.warn("An object is malformed", { resource: resource.plural, error: errorText(error) });
    },
  });
}

function createSession<T>(
  options: ReflectorOptions<T>,
  cache: ObjectCache<T>,
  progress: Progress,
): WatchSessionOptions<T> {
  const { api, resource, clock, random } = options;
  return {
    api,
    resource,
    clock,
    random,
    cache,
    selection: options.selection ?? {},
    beginSnapshot: cache.beginSnapshot,
    isRelistDue: () => clock.monotonic() >= progress.relistAtMs,
    onHeard(): void {
      progress.heard = { atMs: clock.now(), monotonicMs: clock.monotonic() };
      progress.failure = undefined;
      progress.failuresInSilence = 0;
    },
    onSynced(): void {
      const jitter = 1 + RELIST_JITTER * (random() - 0.5);
      progress.relistAtMs = clock.monotonic() + RELIST_INTERVAL_MS * jitter;
      progress.snapshotDue = false;
      progress.relists++;
      progress.synced = true;
    },
  };
}

interface Waiting {
  readonly backoff: Backoff;
  readonly clock: Clock;
  readonly log: Logger;
  readonly logFailure: LogWatchFailure;
  readonly resource: Resource;
}

/** Takes a whole state if one is due, watches on from there, and waits if either fails. */
async function runOnce<T>(
  session: WatchSessionOptions<T>,
  progress: Progress,
  { backoff, log, logFailure, clock, resource }: Waiting,
  signal: AbortSignal,
): Promise<void> {
  if (session.isRelistDue()) progress.snapshotDue = true;
  try {
    if (progress.snapshotDue && !progress.watchList) {
      progress.verb = "list";
      await relist(session, signal);
      session.onSynced();
    }
    progress.verb = "watch";
    const end = await runWatchSession(session, progress.snapshotDue, signal);
    if (end === "silent") log.debug("A silent watch is renewed", { resource: resource.plural });
  } catch (error) {
    if (signal.aborted) return;
    const failure = noteFailure(progress, error);
    const asked = error instanceof ApiError ? error.retryAfterMs ?? 0 : 0;
    const waitMs = Math.max(Math.min(asked, RETRY_AFTER_MS_MAX), backoff.nextMs());
    logFailure(resource.plural, failure, { waitMs, failures: backoff.failures });
    await clock.sleep(waitMs, signal).catch(() => {});
  }
}

function noteFailure(progress: Progress, error: unknown): WatchFailure {
  const failure = watchFailure(progress.verb, error);
  progress.restarts++;
  progress.failure = failure;
  progress.failuresInSilence++;
  const isGone = error instanceof ApiError && error.isGone;
  // Gone: events are lost. A snapshot that fails: nothing is followed while another is tried.
  if (isGone || progress.snapshotDue) progress.synced = false;
  const isRefused = error instanceof ApiError && WATCH_LIST_REFUSALS.includes(error.code);
  if (error instanceof InitialEventsError || progress.snapshotDue && isRefused) {
    progress.watchList = false;
  }
  if (isGone || progress.failuresInSilence >= FAILURES_BEFORE_RELIST) progress.snapshotDue = true;
  return failure;
}

function describeState<T>(
  clock: Clock,
  cache: ObjectCache<T>,
  progress: Progress,
): ReflectorState {
  const { heard, synced, relists, restarts, failure } = progress;
  return {
    synced,
    lastHeardAtMs: heard?.atMs,
    silentForMs: heard && clock.monotonic() - heard.monotonicMs,
    size: cache.size,
    relists,
    restarts,
    failure,
    unreadable: cache.unreadable(),
  };
}
