/**
 * The objects behind the fake API server: a map, a journal and a counter.
 *
 * @module
 */

import type { JsonObject, WatchEvent } from "../api.ts";
import { isJsonObject } from "../json.ts";

/** Objects of any kind, addressed by the path of their collection and their own. */
export interface FakeObjects {
  /** The resourceVersion of the latest change. */
  readonly resourceVersion: number;
  /** Creates or changes the object at `path`, stamps it, and tells the watches of its collection. */
  put(path: string, object: JsonObject): JsonObject;
  get(path: string): JsonObject | undefined;
  /** Removes an object and tells the watches; undefined if there was none. */
  remove(path: string): JsonObject | undefined;
  /** The objects below a collection's path. */
  list(collection: string): readonly JsonObject[];
  /** Lets time pass at the server: the counter moves though nothing of ours changed. */
  skipVersions(count: number): void;
  /** What happened in a collection after `version`. */
  journal(collection: string, version: number): readonly WatchEvent[];
  /** Calls back at every change until the returned function is called. */
  listen(listener: () => void): () => void;
}

/** Creates an empty collection of collections. */
export function createFakeObjects(): FakeObjects {
  const objects = new Map<string, JsonObject>();
  const history: { readonly path: string; readonly version: number; readonly event: WatchEvent }[] =
    [];
  const listeners = new Set<() => void>();
  let version = 100;
  let uids = 0;

  function record(path: string, type: WatchEvent["type"], object: JsonObject): void {
    history.push({ path, version, event: { type, object } });
    for (const listener of listeners) listener();
  }

  return {
    get resourceVersion(): number {
      return version;
    },
    put(path: string, object: JsonObject): JsonObject {
      const previous = objects.get(path);
      version++;
      const uid = metadataOf(object)["uid"] ?? metadataOf(previous ?? {})["uid"] ?? `uid-${++uids}`;
      const stored = stamp(object, { uid, resourceVersion: String(version) });
      objects.set(path, stored);
      record(path, previous === undefined ? "ADDED" : "MODIFIED", stored);
      return stored;
    },
    get: (path) => objects.get(path),
    remove(path: string): JsonObject | undefined {
      const previous = objects.get(path);
      if (previous === undefined) return undefined;
      objects.delete(path);
      version++;
      record(path, "DELETED", stamp(previous, { resourceVersion: String(version) }));
      return previous;
    },
    list: (collection) =>
      [...objects].filter(([path]) => isWithin(path, collection)).map(([, object]) => object),
    skipVersions(count: number): void {
      version += count;
    },
    journal: (collection, after) =>
      history.filter((entry) => entry.version > after && isWithin(entry.path, collection))
        .map((entry) => entry.event),
    listen(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The metadata of an object, or an empty object. */
export function metadataOf(object: JsonObject): JsonObject {
  const metadata = object["metadata"];
  return isJsonObject(metadata) ? metadata : {};
}

function stamp(object: JsonObject, metadata: JsonObject): JsonObject {
  return { ...object, metadata: { ...metadataOf(object), ...metadata } };
}

/** `/api/v1/namespaces/a/pods/x` lies within `/api/v1/namespaces/a/pods` and within `/api/v1/pods`. */
function isWithin(path: string, collection: string): boolean {
  const parent = path.slice(0, path.lastIndexOf("/"));
  return parent === collection || parent.replace(/\/namespaces\/[^/]+/, "") === collection;
}
