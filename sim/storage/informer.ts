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

/** A cache; keys are `namespace/name`, of what has no namespace `/name`. */
export interface Informer {
  readonly objects: ReadonlyMap<string, JsonObject>;
  /** Keys of what came, changed or went since this was asked last. */
  takeChanged(): readonly string[];
}

/** Starts to watch a kind. */
export function createInformer(server: ApiServer, resource: Resource, user: string): Informer {
  const objects = new Map<string, JsonObject>();
  const changed = new Set<string>();

  function take({ type, object }: WatchEvent): void {
    if (type === "BOOKMARK" || type === "ERROR") return;
    const key = keyOfObject(object);
    if (type === "DELETED") objects.delete(key);
    else objects.set(key, object);
    changed.add(key);
  }
  function begin(resourceVersion: string | undefined): void {
    let version = resourceVersion;
    if (version === undefined) {
      for (const key of objects.keys()) changed.add(key);
      objects.clear();
    }
    server.watch(resource, {
      timeoutSeconds: WATCH_TIMEOUT_SECONDS,
      ...(version === undefined ? { sendInitialEvents: true } : { resourceVersion: version }),
    }, {
      deliver(event): void {
        version = event.type === "ERROR"
          ? undefined
          : textAt(event.object, "metadata", "resourceVersion") ?? version;
        take(event);
      },
      end: () => begin(version),
    }, { user });
  }
  begin(undefined);
  return {
    objects,
    takeChanged(): readonly string[] {
      const keys = [...changed];
      changed.clear();
      return keys;
    },
  };
}

/** `namespace/name` of an object. */
export function keyOfObject(object: JsonObject): string {
  const namespace = textAt(object, "metadata", "namespace") ?? "";
  return `${namespace}/${textAt(object, "metadata", "name") ?? ""}`;
}
