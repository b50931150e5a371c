/**
 * Reads members of objects whose shape nobody vouches for.
 *
 * @module
 */

import type { JsonObject } from "../../kube/api.ts";
import { isJsonObject } from "../../kube/json.ts";

/** Whatever lies at a path; undefined where the path ends early. */
export function valueAt(object: JsonObject, ...path: readonly string[]): unknown {
  let value: unknown = object;
  for (const key of path) value = isJsonObject(value) ? value[key] : undefined;
  return value;
}

/** The text at a path; undefined where there is none, or an empty one. */
export function textAt(object: JsonObject, ...path: readonly string[]): string | undefined {
  const value = valueAt(object, ...path);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The number at a path; undefined where there is none. */
export function numberAt(object: JsonObject, ...path: readonly string[]): number | undefined {
  const value = valueAt(object, ...path);
  return typeof value === "number" ? value : undefined;
}

/** The object at a path; empty where there is none. */
export function objectAt(object: JsonObject, ...path: readonly string[]): JsonObject {
  const value = valueAt(object, ...path);
  return isJsonObject(value) ? value : {};
}

/** The objects in the list at a path; empty where there is none. */
export function objectsAt(object: JsonObject, ...path: readonly string[]): readonly JsonObject[] {
  const value = valueAt(object, ...path);
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
