/**
 * The patch that sets a status.
 *
 * @module
 */

import type { JsonObject, Patch } from "../../kube/api.ts";
import type { EventStatus } from "../../lib/event/event.ts";
import { storageEventStatus } from "../../lib/event/storage_event.ts";
import type { Millis } from "../../lib/units/millis.ts";
import { readMetadata } from "../observe/metadata.ts";

/** Sets a status under an optimistic lock. Members that shall go are null: a merge keeps what is left out. */
export function statusPatch(resourceVersion: string, status: JsonObject): Patch {
  return { type: "merge", body: { metadata: { resourceVersion }, status } };
}

/** Sets the first status of a StorageEvent that has none. */
export function initialStatusPatch(
  object: JsonObject,
  status: EventStatus,
  nowMs: Millis,
): { readonly name: string; readonly patch: Patch } {
  const { name, resourceVersion } = readMetadata("StorageEvent", object).record;
  return { name, patch: statusPatch(resourceVersion, storageEventStatus(status, [], nowMs)) };
}
