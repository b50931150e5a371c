/**
 * JSON Merge Patch (RFC 7396).
 *
 * @module
 */

import type { JsonObject } from "../../kube/api.ts";
import { isJsonObject } from "../../kube/json.ts";

/** The target as the patch wants it; parts that the patch does not name are shared with the target. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  return isJsonObject(patch) ? mergeObject(target, patch) : patch;
}

/** {@link mergePatch} for a patch that is an object, and makes an object of any target therefore. */
export function mergeObject(target: unknown, patch: JsonObject): JsonObject {
  const before = isJsonObject(target) ? target : {};
  const result: Record<string, unknown> = { ...before };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(before[key], value);
  }
  return result;
}
