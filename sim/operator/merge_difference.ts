/**
 * The JSON merge patch (RFC 7396) that turns one object into another.
 *
 * @module
 */

import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "../../kube/api.ts";
import { isJsonObject } from "../../kube/json.ts";

/**
 * What has to be sent so that `present` reads like `wanted`; undefined where it does already. Members that
 * `wanted` does not name stay as they are at the top, and go further down; null removes a member.
 */
export function mergeDifference(present: JsonObject, wanted: JsonObject): JsonObject | undefined {
  const changes: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(wanted)) {
    const change = changeOf(present[key], value);
    if (change !== undefined) changes[key] = change;
  }
  return Object.keys(changes).length === 0 ? undefined : changes;
}

function changeOf(present: unknown, wanted: unknown): unknown {
  if (wanted === null) return present === undefined || present === null ? undefined : null;
  if (!isJsonObject(wanted)) return isDeepStrictEqual(present, wanted) ? undefined : wanted;
  const before = isJsonObject(present) ? present : {};
  const gone = Object.keys(before).filter((key) => !(key in wanted)).map((key) => [key, null]);
  const difference = mergeDifference(before, { ...wanted, ...Object.fromEntries(gone) });
  return difference === undefined && present === undefined ? withoutNulls(wanted) : difference;
}

/** An object that was not there yet and would be empty: nothing has to be said about it. */
function withoutNulls(wanted: JsonObject): JsonObject | undefined {
  const members = Object.entries(wanted).filter(([, value]) => value !== null);
  return members.length === 0 ? undefined : Object.fromEntries(members);
}
