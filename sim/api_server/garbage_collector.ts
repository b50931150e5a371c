/**
 * Finds what was created after its owner was gone: whoever creates it may have heard of the deletion too late.
 *
 * What an owner leaves behind goes within its deletion (`removal.ts`). What comes afterwards waits here for the
 * next step of the server, as it waits for the garbage collector of a cluster.
 *
 * @module
 */

import type { ObjectName, Resource } from "../../kube/api.ts";
import type { Backend } from "./backend.ts";
import { nameOf, ownerReferencesOf } from "./metadata.ts";
import type { Change } from "./object_store.ts";
import { releaseDependant } from "./removal.ts";

/** Collects orphans. */
export interface GarbageCollector {
  /** Is told of every change in store. */
  note(resource: Resource, change: Pick<Change, "type" | "object">): void;
  /** Removes what was created since the last call and has no owner that lives. */
  collect(backend: Backend): void;
}

/** Creates a collector that has seen nothing yet. */
export function createGarbageCollector(): GarbageCollector {
  const created: (readonly [Resource, ObjectName])[] = [];
  return {
    note(resource, { type, object }): void {
      if (type !== "ADDED" || ownerReferencesOf(object).length === 0) return;
      created.push([resource, nameOf(object)]);
    },
    collect(backend): void {
      for (const [resource, name] of created.splice(0)) {
        const object = backend.store.find(resource, name);
        if (object !== undefined) releaseDependant(backend, resource, object);
      }
    },
  };
}
