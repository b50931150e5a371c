/**
 * Removes what a structural schema does not know, as `apiextensions-apiserver/pkg/apiserver/schema/pruning`.
 *
 * @module
 */

import type { JsonObject } from "../../../kube/api.ts";
import { isJsonObject } from "../../../kube/json.ts";
import { schemaOfProperty, type StructuralSchema } from "./structural_schema.ts";

/** An object without its unknown fields, and their paths. */
export interface Pruned {
  readonly object: JsonObject;
  /** Sorted paths, for example `spec.thresholds.warnin`. */
  readonly unknownFields: readonly string[];
}

/** What every object has, whether its schema says so or not. */
const META_FIELDS: ReadonlySet<string> = new Set(["apiVersion", "kind", "metadata"]);

/** Removes the unknown fields of a whole custom resource. */
export function prune(object: JsonObject, schema: StructuralSchema): Pruned {
  const unknownFields: string[] = [];
  const root = { ...schema, "x-kubernetes-embedded-resource": true };
  return {
    object: pruneObject(object, root, "", unknownFields),
    unknownFields: unknownFields.toSorted(),
  };
}

function pruneValue(
  value: unknown,
  schema: StructuralSchema | undefined,
  path: string,
  unknownFields: string[],
): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) =>
      pruneValue(item, itemSchema(schema), `${path}[${index}]`, unknownFields)
    );
  }
  return isJsonObject(value) ? pruneObject(value, schema ?? {}, path, unknownFields) : value;
}

function pruneObject(
  object: JsonObject,
  schema: StructuralSchema,
  path: string,
  unknownFields: string[],
): JsonObject {
  const kept: [string, unknown][] = [];
  for (const [name, value] of Object.entries(object)) {
    const fieldPath = path === "" ? name : `${path}.${name}`;
    const known = schemaOfProperty(schema, name);
    if (schema["x-kubernetes-embedded-resource"] === true && META_FIELDS.has(name)) {
      kept.push([name, value]);
    } else if (known !== undefined) {
      kept.push([name, pruneValue(value, known, fieldPath, unknownFields)]);
    } else if (keepsUnknown(schema)) {
      kept.push([name, value]);
    } else {
      unknownFields.push(fieldPath);
    }
  }
  return Object.fromEntries(kept);
}

function keepsUnknown(schema: StructuralSchema): boolean {
  return schema["x-kubernetes-preserve-unknown-fields"] === true;
}

/** Below a list that keeps unknown fields, items without a schema of their own keep them as well. */
function itemSchema(schema: StructuralSchema | undefined): StructuralSchema | undefined {
  if (schema === undefined) return undefined;
  return schema.items ?? (keepsUnknown(schema) ? schema : undefined);
}
