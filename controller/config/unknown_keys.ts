/**
 * Finds keys that a schema does not have, at any depth.
 *
 * Schemas shared with custom resources let unknown keys pass, because an API server has dropped them before;
 * in a file such a key is a mistake of its author.
 *
 * @module
 */

import * as z from "zod";

import { isJsonObject } from "../../kube/json.ts";
import type { Path } from "./problem.ts";

/** A key that has no meaning. */
export interface UnknownKey {
  readonly path: Path;
  /** What would have had a meaning there. */
  readonly knownKeys: readonly string[];
}

/** Lists unknown keys in the order of the file. */
export function findUnknownKeys(
  schema: z.core.$ZodType,
  value: unknown,
  path: Path = [],
): UnknownKey[] {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodArray && Array.isArray(value)) {
    return value.flatMap((item, index) => findUnknownKeys(inner.element, item, [...path, index]));
  }
  if (!(inner instanceof z.ZodObject) || !isJsonObject(value)) return [];
  const shape = new Map<string, z.core.$ZodType>(Object.entries(inner.shape));
  return Object.entries(value).flatMap(([key, field]) => {
    const fieldSchema = shape.get(key);
    return fieldSchema === undefined
      ? [{ path: [...path, key], knownKeys: [...shape.keys()] }]
      : findUnknownKeys(fieldSchema, field, [...path, key]);
  });
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  let inner = schema;
  while (
    inner instanceof z.ZodOptional || inner instanceof z.ZodDefault ||
    inner instanceof z.ZodPrefault
  ) {
    inner = inner.unwrap();
  }
  return inner;
}
