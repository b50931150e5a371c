/**
 * JSON merge patch (RFC 7386) and the operations of JSON patch (RFC 6902) that the product uses.
 *
 * @module
 */

import type { JsonObject } from "../../kube/api.ts";
import { isJsonObject } from "../../kube/json.ts";

/** Merges as RFC 7386 says: null removes, objects merge, everything else (lists too) replaces. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isJsonObject(patch)) return patch;
  const merged: Record<string, unknown> = isJsonObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

/**
 * Applies `add`, `replace`, `remove` and `test` in order.
 *
 * @throws {RangeError} If a path does not exist, a `test` fails, or the operation is none of these.
 */
export function jsonPatch(target: JsonObject, operations: readonly JsonObject[]): unknown {
  return operations.reduce<unknown>(applyOperation, target);
}

function applyOperation(target: unknown, operation: JsonObject): unknown {
  const path = String(operation["path"]).split("/").slice(1).map(unescapeToken);
  return change(target, path, operation);
}

function unescapeToken(token: string): string {
  return token.replaceAll("~1", "/").replaceAll("~0", "~");
}

function change(target: unknown, path: readonly string[], operation: JsonObject): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return changeValue(target, operation);
  if (Array.isArray(target)) {
    const index = Number(key);
    if (!(index in target)) throw new RangeError(`Cannot patch: no element ${key}`);
    return target.map((item, position) =>
      position === index ? change(item, rest, operation) : item
    );
  }
  if (!isJsonObject(target)) throw new RangeError(`Cannot patch: nothing holds ${key}`);
  if (rest.length > 0) return { ...target, [key]: change(target[key], rest, operation) };
  if (operation["op"] !== "add" && !(key in target)) {
    throw new RangeError(`Cannot patch: no member ${key}`);
  }
  const changed: Record<string, unknown> = {
    ...target,
    [key]: changeValue(target[key], operation),
  };
  if (operation["op"] === "remove") delete changed[key];
  return changed;
}

function changeValue(current: unknown, operation: JsonObject): unknown {
  const value = operation["value"];
  switch (operation["op"]) {
    case "add":
    case "replace":
      return value;
    case "remove":
      return undefined;
    case "test":
      if (JSON.stringify(current) === JSON.stringify(value)) return current;
      throw new RangeError(`Cannot patch: testing ${operation["path"]} failed`);
    default:
      throw new RangeError(`Cannot patch: unknown operation ${operation["op"]}`);
  }
}
