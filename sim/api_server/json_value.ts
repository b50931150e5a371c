/**
 * Objects as the server holds them: copied on the way in, frozen for good, shared from then on.
 *
 * @module
 */

import type { JsonObject } from "../../kube/api.ts";

/** Copies a value as the wire would: members that are undefined do not travel. */
function copyJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyJson);
  if (typeof value !== "object" || value === null) return value;
  return copyObject({ ...value });
}

/** Copies an object as the wire would. */
export function copyObject(object: JsonObject): JsonObject {
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(object)) {
    if (value !== undefined) copy[key] = copyJson(value);
  }
  return copy;
}

/** Freezes an object and all within. What is frozen already is passed over, so a small change costs little. */
export function freezeObject(object: JsonObject): JsonObject {
  freeze(object);
  return object;
}

function freeze(value: unknown): void {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const member of Object.values(value)) freeze(member);
}

/** An object without some of its members. */
export function without(object: JsonObject, ...keys: readonly string[]): JsonObject {
  const rest: Record<string, unknown> = { ...object };
  for (const key of keys) delete rest[key];
  return rest;
}
