/**
 * What etcd holds: objects by kind and name, one count of versions for all of them, and what changed.
 *
 * @module
 */

import type { JsonObject, ObjectName, Resource } from "../../kube/api.ts";
import { freezeObject } from "./json_value.ts";
import { nameOf, withMetadata } from "./metadata.ts";

/** Changes that a kind remembers; beyond, the older half is forgotten, as by a compaction. */
const CHANGES_MAX = 20_000;

/** One change of one object. */
export interface Change {
  readonly version: number;
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  /** The state after the change; of a deletion the last state, under the version of the deletion. */
  readonly object: JsonObject;
  /** Absent for ADDED. */
  readonly previous?: JsonObject | undefined;
}

/** Told of every change, in order. */
export type OnChange = (resource: Resource, change: Change) => void;

/** The store. Everything in it is frozen. */
export interface ObjectStore {
  /** The version of the latest write of any kind. */
  readonly version: number;
  find(resource: Resource, name: ObjectName): JsonObject | undefined;
  /** In etcd's order: by namespace, then by name. */
  all(resource: Resource): readonly JsonObject[];
  /** Everything that was in store at a version; undefined if that is forgotten. */
  allAt(resource: Resource, version: number): readonly JsonObject[] | undefined;
  /** Stores the object under a new version, and gives it back as it is stored. */
  put(resource: Resource, name: ObjectName, object: JsonObject): JsonObject;
  remove(resource: Resource, name: ObjectName): void;
  /** What came after a version, oldest first; undefined if that is forgotten. */
  changesAfter(resource: Resource, version: number): readonly Change[] | undefined;
  /** Forgets all changes so far. */
  compact(): void;
}

interface Collection {
  readonly objects: Map<string, JsonObject>;
  /** The keys of the objects, in order; undefined when they must be sorted anew. */
  keys: readonly string[] | undefined;
  changes: Change[];
  /** Changes up to this version are forgotten. */
  forgottenVersion: number;
  sorted: readonly JsonObject[] | undefined;
}

/** Creates an empty store. */
export function createObjectStore(onChange: OnChange): ObjectStore {
  const collections = new Map<string, Collection>();
  // No object ever has version 0 or 1: "0" means any version, and etcd begins at 1.
  let version = 1;

  function collectionOf(resource: Resource): Collection {
    const id = `${resource.group}/${resource.plural}`;
    const known = collections.get(id);
    if (known !== undefined) return known;
    const collection: Collection = {
      objects: new Map(),
      keys: undefined,
      changes: [],
      forgottenVersion: 0,
      sorted: undefined,
    };
    collections.set(id, collection);
    return collection;
  }

  return {
    get version(): number {
      return version;
    },
    find: (resource, name) => collectionOf(resource).objects.get(keyOf(name)),
    all: (resource) => sortedObjects(collectionOf(resource)),
    allAt: (resource, atVersion) => objectsAt(collectionOf(resource), atVersion),
    put(resource, name, object): JsonObject {
      const collection = collectionOf(resource);
      const key = keyOf(name);
      const previous = collection.objects.get(key);
      const stored = stamp(object, ++version);
      collection.objects.set(key, stored);
      if (previous === undefined) collection.keys = undefined;
      const type = previous === undefined ? "ADDED" : "MODIFIED";
      remember(collection, { version, type, object: stored, previous });
      onChange(resource, { version, type, object: stored, previous });
      return stored;
    },
    remove(resource, name): void {
      const collection = collectionOf(resource);
      const key = keyOf(name);
      const previous = collection.objects.get(key);
      if (previous === undefined) return;
      collection.objects.delete(key);
      collection.keys = collection.keys?.filter((other) => other !== key);
      const change: Change = {
        version: ++version,
        type: "DELETED",
        object: stamp(previous, version),
        previous,
      };
      remember(collection, change);
      onChange(resource, change);
    },
    changesAfter: (resource, after) => changesAfter(collectionOf(resource), after),
    compact(): void {
      for (const collection of collections.values()) forget(collection, version);
    },
  };
}

function keyOf({ namespace, name }: ObjectName): string {
  return `${namespace ?? ""}/${name}`;
}

function stamp(object: JsonObject, version: number): JsonObject {
  return freezeObject(withMetadata(object, { resourceVersion: String(version) }));
}

function remember(collection: Collection, change: Change): void {
  collection.sorted = undefined;
  collection.changes.push(change);
  if (collection.changes.length <= CHANGES_MAX) return;
  const middle = collection.changes[CHANGES_MAX / 2];
  if (middle !== undefined) forget(collection, middle.version);
}

function forget(collection: Collection, version: number): void {
  collection.changes = collection.changes.filter((change) => change.version > version);
  collection.forgottenVersion = version;
}

function sortedObjects(collection: Collection): readonly JsonObject[] {
  if (collection.sorted !== undefined) return collection.sorted;
  collection.keys ??= [...collection.objects.keys()].sort();
  collection.sorted = Object.freeze(pick(collection.objects, collection.keys));
  return collection.sorted;
}

function pick(
  objects: ReadonlyMap<string, JsonObject>,
  keys: readonly string[],
): readonly JsonObject[] {
  const picked: JsonObject[] = [];
  for (const key of keys) {
    const object = objects.get(key);
    if (object !== undefined) picked.push(object);
  }
  return picked;
}

function changesAfter(collection: Collection, version: number): readonly Change[] | undefined {
  if (version < collection.forgottenVersion) return undefined;
  const { changes } = collection;
  let first = changes.length;
  while (first > 0 && (changes[first - 1]?.version ?? 0) > version) first--;
  return changes.slice(first);
}

/** Undoes what came after the version. */
function objectsAt(collection: Collection, version: number): readonly JsonObject[] | undefined {
  const changes = changesAfter(collection, version);
  if (changes === undefined) return undefined;
  if (changes.length === 0) return sortedObjects(collection);
  const objects = new Map(collection.objects);
  for (const { object, previous } of changes.toReversed()) {
    const key = keyOf(nameOf(object));
    if (previous === undefined) objects.delete(key);
    else objects.set(key, previous);
  }
  return pick(objects, [...objects.keys()].sort());
}
