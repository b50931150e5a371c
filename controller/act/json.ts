/**
 * Comparing JSON.
 *
 * @module
 */

import type { JsonObject } from "../../kube/api.ts";
import { isJsonObject } from "../../kube/json.ts";

/** Whether two JSON values say the same; a member that is undefined is absent, and order of members is nothing. */
export function isSameJson(first: unknown, second: unknown): boolean {
  if (first === second) return true;
  if (Array.isArray(first)) {
    return Array.isArray(second) && first.length === second.length &&
      first.every((item, index) => isSameJson(item, second[index]));
  }
  return isJsonObject(first) && isJsonObject(second) && isSameObject(first, second);
}

function isSameObject(first: JsonObject, second: JsonObject): boolean {
  return Object.keys(first).every((key) => isSameJson(first[key], second[key])) &&
    Object.keys(second).every((key) => second[key] === undefined || Object.hasOwn(first, key));
}
