/**
 * A cache of all objects of a kind, for whoever looks at it from time to time.
 *
 * @module
 */

import type { JsonObject, Resource } from "../../kube/api.ts";
import type { ApiServer } from "../api_server/api_server.ts";
import { follow, keyOfObject } from "./follow.ts";

/** A cache; keys are `namespace/name`, of what has no namespace `/name`. */
export interface Informer {
  readonly objects: ReadonlyMap<string, JsonObject>;
  /** Keys of what came, changed or went since this was asked last. */
  takeChanged(): readonly string[];
}

/** Starts to watch a kind. */
export function createInformer(server: ApiServer, resource: Resource, user: string): Informer {
  const changed = new Set<string>();
  const objects = follow(server, resource, user, ({ object }) => changed.add(keyOfObject(object)));
  return {
    objects,
    takeChanged(): readonly string[] {
      const keys = [...changed];
      changed.clear();
      return keys;
    },
  };
}
