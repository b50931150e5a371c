/**
 * Schemas that keep what can be read of an object.
 *
 * The API server has validated these objects once, for a version of their schema that may be newer than
 * ours: an odd field is then the absence of that field, never the loss of the object (DESIGN §4).
 *
 * @module
 */

import * as z from "zod";
import { isJsonObject } from "../../kube/json.ts";
import type { Bytes } from "../../lib/units/bytes.ts";
import type { Millis } from "../../lib/units/millis.ts";
import { parseBytes } from "../../lib/units/quantity.ts";
import { parseTimestamp } from "../../lib/units/timestamp.ts";

/** What {@link lenient} makes of a schema. */
export type Lenient<T extends z.ZodType> = z.ZodCatch<z.ZodOptional<T>>;

/** A list whose unreadable items are left out; `index` is the place in the object as it is. */
export type IndexedItems<T> = { readonly index: number; readonly item: T }[];

/** `schema`, or undefined where the value is absent, null or of another shape. */
export function lenient<T extends z.ZodType>(schema: T): Lenient<T> {
  return schema.optional().catch(undefined);
}

/** The items of a list that fit `schema`, with their index in the object; anything else is left out. */
export function indexedItems<T extends z.ZodType>(
  schema: T,
): z.ZodType<IndexedItems<z.output<T>>> {
  return z.array(z.unknown()).catch([]).transform((candidates) =>
    candidates.flatMap((candidate, index) => {
      const parsed = schema.safeParse(candidate);
      return parsed.success ? [{ index, item: parsed.data }] : [];
    })
  );
}

/** The items of a list that fit `schema`. */
export function items<T extends z.ZodType>(schema: T): z.ZodType<z.output<T>[]> {
  return z.array(z.unknown()).catch([]).transform((candidates) =>
    candidates.flatMap((candidate) => {
      const parsed = schema.safeParse(candidate);
      return parsed.success ? [parsed.data] : [];
    })
  );
}

/** The entries of a map whose values are strings. */
export function stringMap(): z.ZodType<Readonly<Record<string, string>>> {
  return z.unknown().optional().transform((value) => {
    if (!isJsonObject(value)) return {};
    return Object.fromEntries(
      Object.entries(value).filter((entry): entry is [string, string] =>
        typeof entry[1] === "string"
      ),
    );
  });
}

/** An RFC 3339 time, as the API server writes it. */
export function instant(): z.ZodType<Millis> {
  return z.string().transform((text, context) => {
    const parsed = parseTimestamp(text);
    if (parsed !== undefined) return parsed;
    context.addIssue({ code: "custom", message: "expected an RFC 3339 time" });
    return z.NEVER;
  });
}

/** A quantity of bytes above zero, as a string or, where YAML was written without quotes, as a number. */
export function quantityBytes(): z.ZodType<Bytes> {
  return z.union([z.string(), z.number()]).transform((value, context) => {
    const parsed = readQuantityBytes(String(value));
    if (parsed !== undefined) return parsed;
    context.addIssue({ code: "custom", message: "expected a quantity of bytes above zero" });
    return z.NEVER;
  });
}

/** A quantity as bytes; undefined where it cannot be read, or is zero, which no volume is. */
export function readQuantityBytes(text: string): Bytes | undefined {
  try {
    const size = parseBytes(text);
    return size === 0 ? undefined : size;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}
