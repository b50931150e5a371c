/**
 * All objects of a kind, kept up to date by a watch that is begun anew whenever it ends.
 *
 * @module
 */

import type { JsonObject, Resource, WatchEvent } from "../../kube/api.ts";
import type { ApiServer } from "../api_server/api_server.ts";
import { textAt } from "./read_json.ts";

/** Watches end after some minutes, as those of client-go do. */
const WATCH_TIMEOUT_SECONDS = 600;

/**
 * Tells what there is, then what changes; without bookmarks and errors. What went while nothing was watched is
 * told, too.
 *
 * @returns What there is at any time; keys are `namespace/name`, of what has no namespace `/name`.
 */
export function follow(
  server: Pick<ApiServer, "watch">,
  resource: Resource,
  user: string,
  tell: (event: WatchEvent) => void,
): ReadonlyMap<string, JsonObject> {
  const objects = new Map<string, JsonObject>();
  /** While everything is told anew: what was known before, and has not been told yet. */
  const missing = new Map<string, JsonObject>();

  function take(event: WatchEvent): void {
    const key = keyOfObject(event.object);
    if (event.type === "DELETED") objects.delete(key);
    else objects.set(key, event.object);
    missing.delete(key);
    tell(event);
  }
  function watch(resourceVersion: string | undefined): void {
    let version = resourceVersion;
    server.watch(resource, {
      timeoutSeconds: WATCH_TIMEOUT_SECONDS,
      ...(version === undefined ? { sendInitialEvents: true } : { resourceVersion: version }),
    }, {
      deliver(event): void {
        version = event.type === "ERROR"
          ? undefined
          : textAt(event.object, "metadata", "resourceVersion") ?? version;
        if (event.type !== "BOOKMARK" && event.type !== "ERROR") take(event);
      },
      end: () => version === undefined ? watchAll() : watch(version),
    }, { user });
  }
  function watchAll(): void {
    for (const [key, object] of objects) missing.set(key, object);
    // Returns when everything that there is has been told.
    watch(undefined);
    for (const object of [...missing.values()]) take({ type: "DELETED", object });
  }
  watchAll();
  return objects;
}

/** `namespace/name` of an object. */
export function keyOfObject(object: JsonObject): string {
  const namespace = textAt(object, "metadata", "namespace") ?? "";
  return `${namespace}/${textAt(object, "metadata", "name") ?? ""}`;
}
