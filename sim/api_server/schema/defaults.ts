/**
 * Fills in the defaults of a structural schema, as `apiextensions-apiserver/pkg/apiserver/schema/defaulting`:
 * a null that the schema does not allow counts as absent.
 *
 * @module
 */

import { isJsonObject } from "../../../kube/json.ts";
import { schemaOfProperty, type StructuralSchema } from "./structural_schema.ts";

/** Gives a copy of a value with nulls dropped and defaults filled in. */
export function withDefaults(value: unknown, schema: StructuralSchema | undefined): unknown {
  if (schema === undefined) return value;
  if (Array.isArray(value)) {
    return value.map((item) => withDefaults(defaultOfNull(item, schema.items), schema.items));
  }
  if (!isJsonObject(value)) return value;
  const filled = Object.entries(value).flatMap(([name, field]): [string, unknown][] => {
    const fieldSchema = schemaOfProperty(schema, name);
    const given = defaultOfNull(field, fieldSchema);
    const isDropped = given === null && fieldSchema !== undefined && !fieldSchema.nullable;
    return isDropped ? [] : [[name, withDefaults(given, fieldSchema)]];
  });
  const missing = Object.entries(schema.properties ?? {})
    .filter(([name, property]) => property.default !== undefined && !Object.hasOwn(value, name))
    .map(([name, property]): [string, unknown] => [name, withDefaults(property.default, property)]);
  return Object.fromEntries([...filled, ...missing]);
}

function defaultOfNull(value: unknown, schema: StructuralSchema | undefined): unknown {
  const isFilled = value === null && schema?.default !== undefined && !schema.nullable;
  return isFilled ? schema.default : value;
}
