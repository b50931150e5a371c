/**
 * The local picture of one resource: projected objects, and what changed in them.
 *
 * @module
 */

import type { JsonObject } from "./api.ts";
import { compareVersions, isStale, type ObjectMetadata, readMetadata } from "./object_metadata.ts";

/** What happened to one object. `replaced` is another object (another uid) under the same name. */
export type Change<T> =
  | { readonly kind: "added"; readonly key: string; readonly object: T }
  | { readonly kind: "updated"; readonly key: string; readonly object: T; readonly previous: T }
  | { readonly kind: "replaced"; readonly key: string; readonly object: T; readonly previous: T }
  | { readonly kind: "deleted"; readonly key: string; readonly previous: T };

/** What an {@link ObjectCache} is told when it is made. */
export interface ObjectCacheOptions<T> {
  /** Keeps what is needed of an object; undefined leaves the object out. */
  project(object: JsonObject): T | undefined;
  key(metadata: ObjectMetadata): string;
  onChange(change: Change<T>): void;
  /** An object could not be projected: its last readable state stays. */
  onUnreadable(key: string, error: unknown): void;
  /** Something had no name, uid or resourceVersion and is passed over. */
  onMalformed(error: unknown): void;
}

/** Holds objects by key. Deliveries happen within the call that causes them. */
export interface ObjectCache<T> {
  readonly size: number;
  /** From where a watch goes on; undefined before the first snapshot. */
  readonly resourceVersion: string | undefined;
  get(key: string): T | undefined;
  list(): readonly T[];
  /** Keys of objects whose latest state could not be projected. */
  unreadable(): readonly string[];
  /** Takes an ADDED or MODIFIED event. */
  put(object: JsonObject): void;
  /** Takes a DELETED event. */
  remove(object: JsonObject): void;
  /** Takes a bookmark. */
  advance(resourceVersion: string): void;
  /** Takes the answer to a write of our own: only if it is newer than all that was heard. */
  observe(object: JsonObject): void;
  /** Begins to collect the whole state anew; the cache goes on as it is until that is committed. */
  beginSnapshot(): Snapshot;
}

/** The whole state, as it is being collected. */
export interface Snapshot {
  put(object: JsonObject): void;
  remove(object: JsonObject): void;
  /** Puts the collected state in the place of the old, and delivers the difference. */
  commit(resourceVersion: string): void;
}

interface Entry<T> {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly value: T;
}

type Entries<T> = Map<string, Entry<T>>;

interface CacheState<T> {
  entries: Entries<T>;
  resourceVersion: string | undefined;
  readonly unreadable: Set<string>;
  /** Own writes since a snapshot was begun: it may have been taken before them. */
  readonly observed: Entries<T>;
}

/** Creates an empty cache. */
export function createObjectCache<T>(options: ObjectCacheOptions<T>): ObjectCache<T> {
  const state: CacheState<T> = {
    entries: new Map(),
    resourceVersion: undefined,
    unreadable: new Set(),
    observed: new Map(),
  };
  return {
    get size(): number {
      return state.entries.size;
    },
    get resourceVersion(): string | undefined {
      return state.resourceVersion;
    },
    get: (key) => state.entries.get(key)?.value,
    list: () => [...state.entries.values()].map((entry) => entry.value),
    unreadable: () => [...state.unreadable],
    put(object: JsonObject): void {
      const identity = identify(options, object);
      if (identity === undefined || !hear(state, identity.resourceVersion)) return;
      const previous = state.entries.get(identity.key);
      if (previous && isStale(identity.resourceVersion, previous.resourceVersion)) return;
      admit(state, options, object, identity, (entry) => {
        change(state, options, identity.key, entry);
      });
    },
    remove(object: JsonObject): void {
      const identity = identify(options, object);
      if (identity === undefined || !hear(state, identity.resourceVersion)) return;
      const { key, resourceVersion } = identity;
      const previous = state.entries.get(key);
      // A successor of the deleted object may be here already, from the answer to a write of our own.
      const isOld = previous &&
        compareVersions(resourceVersion, previous.resourceVersion) === "older";
      if (isOld) return;
      state.unreadable.delete(key);
      change(state, options, key, undefined);
    },
    advance(resourceVersion: string): void {
      hear(state, resourceVersion);
    },
    observe(object: JsonObject): void {
      const identity = identify(options, object);
      if (identity === undefined) return;
      const { key, resourceVersion } = identity;
      // What the watch has passed it has delivered, or something newer, or a deletion.
      if (state.resourceVersion !== undefined && isStale(resourceVersion, state.resourceVersion)) {
        return;
      }
      const previous = state.entries.get(key);
      if (previous && isStale(resourceVersion, previous.resourceVersion)) return;
      admit(state, options, object, identity, (entry) => {
        if (entry !== undefined) state.observed.set(key, entry);
        change(state, options, key, entry);
      });
    },
    beginSnapshot: () => beginSnapshot(state, options),
  };
}

interface Identity extends ObjectMetadata {
  readonly key: string;
}

function identify<T>(options: ObjectCacheOptions<T>, object: JsonObject): Identity | undefined {
  try {
    const metadata = readMetadata(object);
    return { ...metadata, key: options.key(metadata) };
  } catch (error) {
    options.onMalformed(error);
    return undefined;
  }
}

/** Moves the version on; false if it lies behind, as in a replay: then its event is no news. */
function hear<T>(state: CacheState<T>, resourceVersion: string): boolean {
  const known = state.resourceVersion;
  if (known !== undefined && compareVersions(resourceVersion, known) === "older") return false;
  state.resourceVersion = resourceVersion;
  return true;
}

/**
 * Projects an object and hands the entry to `take`; undefined when the projection leaves it out.
 * A state that is cached already is not projected again.
 */
function admit<T>(
  state: CacheState<T>,
  options: ObjectCacheOptions<T>,
  object: JsonObject,
  { key, uid, resourceVersion }: Identity,
  take: (entry: Entry<T> | undefined) => void,
): void {
  const same = state.entries.get(key);
  if (same !== undefined && same.uid === uid && same.resourceVersion === resourceVersion) {
    return take(same);
  }
  let value: T | undefined;
  try {
    value = options.project(object);
  } catch (error) {
    state.unreadable.add(key);
    return options.onUnreadable(key, error);
  }
  state.unreadable.delete(key);
  take(value === undefined ? undefined : { uid, resourceVersion, value });
}

/** Puts an entry in place, or takes away what is there, and tells what that means. */
function change<T>(
  state: CacheState<T>,
  options: ObjectCacheOptions<T>,
  key: string,
  entry: Entry<T> | undefined,
): void {
  const previous = state.entries.get(key);
  if (entry === undefined) state.entries.delete(key);
  else state.entries.set(key, entry);
  const difference = compare(key, previous, entry);
  if (difference !== undefined) options.onChange(difference);
}

function compare<T>(
  key: string,
  previous: Entry<T> | undefined,
  entry: Entry<T> | undefined,
): Change<T> | undefined {
  if (entry === undefined) {
    return previous && { kind: "deleted", key, previous: previous.value };
  }
  if (previous === undefined) return { kind: "added", key, object: entry.value };
  if (previous === entry) return undefined;
  const kind = previous.uid === entry.uid ? "updated" : "replaced";
  return { kind, key, object: entry.value, previous: previous.value };
}

function beginSnapshot<T>(state: CacheState<T>, options: ObjectCacheOptions<T>): Snapshot {
  const staged: Entries<T> = new Map();
  const unreadable = new Set<string>();
  state.observed.clear();
  return {
    put(object: JsonObject): void {
      const identity = identify(options, object);
      if (identity === undefined) return;
      const { key } = identity;
      unreadable.add(key);
      admit(state, options, object, identity, (entry) => {
        unreadable.delete(key);
        if (entry === undefined) staged.delete(key);
        else staged.set(key, entry);
      });
    },
    remove(object: JsonObject): void {
      const identity = identify(options, object);
      if (identity === undefined) return;
      unreadable.delete(identity.key);
      staged.delete(identity.key);
    },
    commit(resourceVersion: string): void {
      for (const [key, entry] of state.observed) {
        if (!isStale(entry.resourceVersion, resourceVersion)) staged.set(key, entry);
      }
      for (const key of unreadable) {
        const last = state.entries.get(key);
        if (last !== undefined) staged.set(key, last);
      }
      for (const key of state.unreadable) {
        if (!unreadable.has(key)) state.unreadable.delete(key);
      }
      state.observed.clear();
      state.resourceVersion = resourceVersion;
      replaceEntries(state, options, staged);
    },
  };
}

/** The whole picture is in place before the first difference is told. */
function replaceEntries<T>(
  state: CacheState<T>,
  options: ObjectCacheOptions<T>,
  entries: Entries<T>,
): void {
  const before = state.entries;
  state.entries = entries;
  const keys = new Set([...before.keys(), ...entries.keys()]);
  for (const key of keys) {
    const difference = compare(key, before.get(key), entries.get(key));
    if (difference !== undefined) options.onChange(difference);
  }
}
