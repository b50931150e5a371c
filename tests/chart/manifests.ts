/**
 * Manifests, and what tests ask of them.
 *
 * @module
 */

import { parseAllDocuments } from "yaml";
import type { JsonObject } from "../../kube/api.ts";
import { isJsonObject } from "../../kube/json.ts";
import { at, textAt } from "../lab/claim.ts";

/**
 * Reads a stream of YAML documents; empty ones are left out.
 *
 * @throws {SyntaxError} If one of them is malformed, has a key twice or is no map.
 */
export function parseObjects(text: string): JsonObject[] {
  return parseAllDocuments(text, { uniqueKeys: true }).flatMap((document) => {
    const [trouble] = [...document.errors, ...document.warnings];
    if (trouble !== undefined) throw new SyntaxError("Cannot read a manifest", { cause: trouble });
    const object: unknown = document.toJS();
    if (object === null) return [];
    if (!isJsonObject(object)) {
      throw new SyntaxError(`Cannot read a manifest: expected a map, found ${typeof object}`);
    }
    return [object];
  });
}

/**
 * The one object of a kind, or of a kind and name.
 *
 * @throws {RangeError} If there is none or more than one.
 */
export function objectOf(objects: readonly JsonObject[], kind: string, name?: string): JsonObject {
  const found = objects.filter((object) =>
    textAt(object, "kind") === kind &&
    (name === undefined || textAt(object, "metadata", "name") === name)
  );
  const [first] = found;
  if (first === undefined || found.length > 1) {
    throw new RangeError(`Cannot find ${kind} ${name ?? ""}: expected one, found ${found.length}`);
  }
  return first;
}

/** The kinds of objects, in their order. */
export function kindsOf(objects: readonly JsonObject[]): string[] {
  return objects.map((object) => textAt(object, "kind"));
}

/**
 * The list at a path of keys.
 *
 * @throws {TypeError} If there is none.
 */
export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, ...path);
  if (Array.isArray(found)) return found;
  throw new TypeError(`Cannot read ${path.join(".")}: expected a list, found ${typeof found}`);
}

/**
 * The one container of a workload.
 *
 * @throws {RangeError} If there are more or none.
 */
export function containerOf(workload: JsonObject): JsonObject {
  const containers = listAt(workload, "spec", "template", "spec", "containers");
  const [container] = containers;
  if (containers.length === 1 && isJsonObject(container)) return container;
  throw new RangeError(`Cannot find the container: expected one, found ${containers.length}`);
}
