/**
 * Checks values against structural schemas, in the words of `kube-openapi/pkg/validation`.
 *
 * As there, a value of the wrong type is still checked by the keywords that speak of the type that it has.
 *
 * @module
 */

import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "../../../kube/api.ts";
import { isJsonObject } from "../../../kube/json.ts";
import { type FieldError, invalidValue, requiredValue, unsupportedValue } from "./field_error.ts";
import type { StructuralSchema } from "./structural_schema.ts";

/** RFC 3339, as `strfmt.DateTimePattern`. */
const DATE_TIME = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

/** Range of numbers that a format can hold. */
const INT32_MAX = 2 ** 31 - 1;

/** Upstream gives some errors no path of their own. */
const NO_PATH = "<nil>";

/** Names everything that is wrong with a value. */
export function validate(value: unknown, schema: StructuralSchema, path: string): FieldError[] {
  const errors = typeErrors(value, schema, path);
  if (typeof value === "string") errors.push(...textErrors(value, schema, path));
  else if (typeof value === "number") errors.push(...numberErrors(value, schema, path));
  else if (Array.isArray(value)) errors.push(...listErrors(value, schema, path));
  if (schema.enum !== undefined && !schema.enum.some((one) => isDeepStrictEqual(one, value))) {
    errors.push(unsupportedValue(path, value, schema.enum));
  }
  if (isJsonObject(value)) errors.push(...objectErrors(value, schema, path));
  return errors;
}

function typeErrors(value: unknown, schema: StructuralSchema, path: string): FieldError[] {
  const found = typeName(value);
  if (found === "null" && schema.nullable === true) return [];
  if (schema["x-kubernetes-int-or-string"] === true) {
    const fits = found === "string" || found === "integer";
    return fits ? [] : [
      typeError(path, "integer,string", found),
      ...(schema.anyOf === undefined ? [] : anyOfErrors(path, found)),
    ];
  }
  const wanted = schema.type;
  const fits = wanted === undefined || found === wanted ||
    (wanted === "number" && found === "integer");
  return fits ? [] : [typeError(path, wanted, found)];
}

/** The pair of types is tried one by one; the first of them is named. */
function anyOfErrors(path: string, found: string): FieldError[] {
  const detail = `${JSON.stringify(path)} must validate at least one schema (anyOf)`;
  return [invalidValue(NO_PATH, "", detail), typeError(path, "integer", found)];
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

function typeError(path: string, wanted: string, found: string): FieldError {
  const detail = `${path} in body must be of type ${wanted}: ${JSON.stringify(found)}`;
  return { ...invalidValue(path, found, detail), isTypeError: true };
}

function textErrors(text: string, schema: StructuralSchema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  // Lengths count characters, not UTF-16 units.
  const length = [...text].length;
  const { maxLength, minLength, pattern } = schema;
  if (maxLength !== undefined && length > maxLength) {
    const unit = maxLength === 1 ? "byte" : "bytes";
    errors.push({
      kind: "Too long",
      field: path,
      detail: `may not be more than ${maxLength} ${unit}`,
    });
  } else if (minLength !== undefined && length < minLength) {
    errors.push(
      invalidValue(path, text, `${path} in body should be at least ${minLength} chars long`),
    );
  } else if (pattern !== undefined && !pattern.test(text)) {
    errors.push(invalidValue(path, text, `${path} in body should match '${pattern.source}'`));
  }
  if (schema.format === "date-time" && !isDateTime(text)) errors.push(dateTimeError(path, text));
  return errors;
}

function isDateTime(text: string): boolean {
  return DATE_TIME.test(text) && !Number.isNaN(Date.parse(text));
}

function dateTimeError(path: string, text: string): FieldError {
  const detail = `${path} in body must be of type date-time: ${JSON.stringify(text)}`;
  return { ...invalidValue(path, text, detail), isTypeError: true };
}

function numberErrors(value: number, schema: StructuralSchema, path: string): FieldError[] {
  const { minimum, maximum } = schema;
  const errors: FieldError[] = [];
  if (schema.type === "integer" && !Number.isInteger(value)) {
    errors.push(rangeError(path, schema.format));
  } else if (schema.format === "int32" && (value > INT32_MAX || value < -INT32_MAX - 1)) {
    errors.push(rangeError(path, schema.format));
  }
  if (maximum !== undefined && value > maximum) {
    errors.push(
      invalidValue(path, value, `${path} in body should be less than or equal to ${maximum}`),
    );
  }
  if (minimum !== undefined && value < minimum) {
    errors.push(
      invalidValue(path, value, `${path} in body should be greater than or equal to ${minimum}`),
    );
  }
  return errors;
}

function rangeError(path: string, format: string | undefined): FieldError {
  const wanted = format === undefined ? "(default format)" : `with format ${format}`;
  return invalidValue(NO_PATH, "", `Checked value must be of type integer ${wanted} in ${path}`);
}

function listErrors(
  list: readonly unknown[],
  schema: StructuralSchema,
  path: string,
): FieldError[] {
  const { items, minItems, maxItems } = schema;
  const errors = items === undefined
    ? []
    : list.flatMap((item, index) => validate(item, items, `${path}[${index}]`));
  if (minItems !== undefined && list.length < minItems) {
    const detail = `${path} in body should have at least ${minItems} items`;
    errors.push(invalidValue(path, list.length, detail));
  }
  if (maxItems !== undefined && list.length > maxItems) {
    errors.push(tooMany(path, list.length, maxItems));
  }
  return errors;
}

function objectErrors(object: JsonObject, schema: StructuralSchema, path: string): FieldError[] {
  const names = Object.keys(object);
  const { properties = {}, additionalProperties, minProperties, maxProperties } = schema;
  const errors: FieldError[] = [];
  if (minProperties !== undefined && names.length < minProperties) {
    const detail = `${path} in body should have at least ${minProperties} properties`;
    errors.push(invalidValue(path, names.length, detail));
  }
  if (maxProperties !== undefined && names.length > maxProperties) {
    errors.push(tooMany(path, names.length, maxProperties));
  }
  if (typeof additionalProperties === "object") {
    for (const name of names.filter((one) => !Object.hasOwn(properties, one))) {
      errors.push(...validate(object[name], additionalProperties, childPath(path, name)));
    }
  }
  for (const [name, property] of Object.entries(properties)) {
    if (Object.hasOwn(object, name)) {
      errors.push(...validate(object[name], property, childPath(path, name)));
    }
  }
  const missing = (schema.required ?? []).filter((name) => !Object.hasOwn(object, name));
  return [...errors, ...missing.map((name) => requiredValue(childPath(path, name)))];
}

function childPath(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function tooMany(field: string, found: number, most: number): FieldError {
  const detail = `must have at most ${most} ${most === 1 ? "item" : "items"}`;
  return { kind: "Too many", field, value: { found }, detail };
}
