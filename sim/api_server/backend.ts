/**
 * What the verbs of the server share.
 *
 * @module
 */

import type { JsonObject, ObjectName, Resource } from "../../kube/api.ts";
import type { Clock, Random } from "../../kube/clock.ts";
import type { Admission, ServedResource } from "./api_server.ts";
import type { ObjectStore } from "./object_store.ts";
import { notFound, notServed } from "./refusals.ts";
import type { TokenBook } from "./token_book.ts";

/** The parts of a server. */
export interface Backend {
  readonly served: ReadonlyMap<string, ServedResource>;
  readonly admissions: readonly Admission[];
  readonly store: ObjectStore;
  readonly tokens: TokenBook;
  readonly clock: Pick<Clock, "now">;
  readonly random: Random;
}

/** Identifies a kind as a request addresses it. */
export function servedKey({ group, version, plural }: Resource): string {
  return `${group}/${version}/${plural}`;
}

/**
 * How a kind is served.
 *
 * @throws {ApiError} 404 if it is not.
 */
export function servedResource({ served }: Backend, resource: Resource): ServedResource {
  const found = served.get(servedKey(resource));
  if (found === undefined) throw notServed();
  return found;
}

/**
 * The object in store.
 *
 * @throws {ApiError} 404 if there is none.
 */
export function storedObject(
  { store }: Backend,
  resource: Resource,
  name: ObjectName,
): JsonObject {
  const found = store.find(resource, name);
  if (found === undefined) throw notFound(resource, name);
  return found;
}

/** The present as `metadata` and `status` write it: whole seconds. */
export function timestamp({ clock }: Pick<Backend, "clock">): string {
  return formatTime(clock.now());
}

/** A time in milliseconds since the Unix epoch as `meta/v1.Time` writes it: whole seconds. */
export function formatTime(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d+Z$/, "Z");
}
