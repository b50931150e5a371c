/**
 * Items of sets and keys of maps in lists are unique, as `apiextensions-apiserver/pkg/apiserver/schema/listtype`.
 *
 * @module
 */

import { isJsonObject } from "../../../kube/json.ts";
import type { FieldError } from "./field_error.ts";
import { schemaOfProperty, type StructuralSchema } from "./structural_schema.ts";

/** Names the items of sets and maps that are there twice. */
export function duplicateItems(
  value: unknown,
  schema: StructuralSchema,
  path: string,
): FieldError[] {
  if (Array.isArray(value)) {
    const { items } = schema;
    const below = items === undefined
      ? []
      : value.flatMap((item, index) => duplicateItems(item, items, `${path}[${index}]`));
    return [...repeatedKeys(value.map((item) => itemKey(item, schema)), path), ...below];
  }
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([name, field]) => {
    const known = schemaOfProperty(schema, name);
    if (known === undefined) return [];
    const isDeclared = Object.hasOwn(schema.properties ?? {}, name);
    if (!isDeclared) return duplicateItems(field, known, `${path}[${name}]`);
    return duplicateItems(field, known, path === "" ? name : `${path}.${name}`);
  });
}

/** What tells an item of a list from the others; undefined where nothing has to. */
export function itemKey(item: unknown, schema: StructuralSchema): unknown {
  switch (schema["x-kubernetes-list-type"]) {
    case "set":
      return item;
    case "map": {
      const names = schema["x-kubernetes-list-map-keys"] ?? [];
      const fields = isJsonObject(item) ? item : {};
      return Object.fromEntries(
        names.filter((name) => Object.hasOwn(fields, name)).map((name) => [name, fields[name]]),
      );
    }
    default:
      return undefined;
  }
}

/** Each key that is repeated is named once, where it appears for the second time. */
function repeatedKeys(keys: readonly unknown[], path: string): FieldError[] {
  const counts = new Map<string, number>();
  return keys.flatMap((key, index): FieldError[] => {
    if (key === undefined) return [];
    const text = JSON.stringify(key);
    const count = (counts.get(text) ?? 0) + 1;
    counts.set(text, count);
    if (count !== 2) return [];
    return [{
      kind: "Duplicate value",
      field: `${path}[${index}]`,
      value: { found: key },
      detail: "",
    }];
  });
}
