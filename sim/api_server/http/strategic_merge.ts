/**
 * Strategic merge patches of built-in kinds, as far as maps and the best-known lists go.
 *
 * @module
 */

import type { JsonObject, Patch, Resource } from "../../../kube/api.ts";
import { isJsonObject } from "../../../kube/json.ts";
import { unsupported } from "./request_body.ts";

/** What tells the items of a list apart (`patchMergeKey` in k8s.io/api). */
const MERGE_KEYS: ReadonlyMap<string, string> = new Map([
  ["conditions", "type"],
  ["containers", "name"],
  ["initContainers", "name"],
  ["env", "name"],
  ["volumes", "name"],
  ["ownerReferences", "uid"],
]);

/** Groups of built-in kinds end so, or have no dot at all. */
const BUILTIN_GROUP = /^[^.]*$|\.k8s\.io$/;

/**
 * Turns a strategic merge patch into the merge patch that does the same to `target`.
 *
 * @throws {ApiError} 415 for custom resources, which have none.
 */
export function strategicMerge(resource: Resource, target: JsonObject, body: JsonObject): Patch {
  if (!BUILTIN_GROUP.test(resource.group)) {
    throw unsupported("application/strategic-merge-patch+json", [
      "application/json-patch+json",
      "application/merge-patch+json",
      "application/apply-patch+yaml",
    ]);
  }
  return { type: "merge", body: mergeObject(target, body) };
}

function mergeObject(target: unknown, patch: JsonObject): JsonObject {
  const before = isJsonObject(target) ? target : {};
  const removed = patch["$patch"] === "replace"
    ? Object.keys(before).map((name): [string, unknown] => [name, null])
    : [];
  const changed = Object.entries(patch).filter(([name]) => !name.startsWith("$"))
    .map(([name, value]): [string, unknown] => [name, mergeField(name, before[name], value)]);
  return Object.fromEntries([...removed, ...changed]);
}

function mergeField(name: string, target: unknown, patch: unknown): unknown {
  if (isJsonObject(patch)) return patch["$patch"] === "delete" ? null : mergeObject(target, patch);
  const key = MERGE_KEYS.get(name);
  if (!Array.isArray(patch)) return patch;
  const before: readonly unknown[] = Array.isArray(target) ? target : [];
  if (name === "finalizers") return [...new Set([...before, ...patch])];
  return key === undefined ? patch : mergeList(key, before, patch);
}

/** A merge patch replaces lists whole, so this gives the whole list. */
function mergeList(
  key: string,
  target: readonly unknown[],
  patch: readonly unknown[],
): readonly unknown[] {
  const items = patch.some((item) => isJsonObject(item) && item["$patch"] === "replace")
    ? []
    : [...target];
  for (const item of patch.filter(isJsonObject)) {
    const index = items.findIndex((each) => isJsonObject(each) && each[key] === item[key]);
    if (item["$patch"] === "delete") { if (index >= 0) items.splice(index, 1); }
    else if (item["$patch"] === "replace") continue;
    else if (index < 0) items.push(item);
    else items[index] = merged(items[index], item);
  }
  return items;
}

/** Objects within lists have to be whole, because no merge patch reaches into a list. */
function merged(target: unknown, patch: JsonObject): JsonObject {
  const before = isJsonObject(target) ? target : {};
  const changes = mergeObject(before, patch);
  const result: Record<string, unknown> = { ...before };
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) delete result[name];
    else result[name] = isJsonObject(value) ? merged(result[name], value) : value;
  }
  return result;
}
