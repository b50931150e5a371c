/**
 * Parts that the schemas of several custom resources share.
 *
 * What only the API server can use, such as CEL rules and list types, stands beside each field as metadata with
 * the key that it has in a CustomResourceDefinition, so that parsing and CRD can't drift apart.
 *
 * @module
 */

import * as z from "zod";
import { parseBytes } from "../units/quantity.ts";
import { parseTimestamp } from "../units/timestamp.ts";

/** Longest name of a Kubernetes object (RFC 1123 subdomain). */
export const OBJECT_NAME_LENGTH_MAX = 253;

/** Longest quantity; the longest sensible one is a number of bytes with 16 digits. */
const QUANTITY_LENGTH_MAX = 32;

/** RFC 3339 with nanoseconds and offset has 35 characters. */
const TIMESTAMP_LENGTH_MAX = 40;

/** Non-negative quantities only: a size has no sign. */
const SIZE_PATTERN = /^([0-9]+(\.[0-9]*)?|\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]{1,2})?$/;

/** A CEL rule as it stands in a CustomResourceDefinition. */
export interface CelRule {
  readonly rule: string;
  readonly message: string;
}

/** Metadata that gives a field CEL rules. */
export function celRules(...rules: CelRule[]): { "x-kubernetes-validations": CelRule[] } {
  return { "x-kubernetes-validations": rules };
}

/** A size that may be zero, as a Kubernetes quantity. */
export function sizeSchema(description: string): z.ZodString {
  return z.string().max(QUANTITY_LENGTH_MAX).regex(SIZE_PATTERN)
    .refine(isSize, "expected a size that fits exact arithmetic, such as 10Gi")
    .meta({ description });
}

/** A size above zero, as a Kubernetes quantity. */
export function positiveSizeSchema(description: string): z.ZodString {
  return sizeSchema(description)
    .refine((text) => !isSize(text) || parseBytes(text) > 0, "expected a size above zero")
    .meta({
      description,
      ...celRules({
        rule: "isQuantity(self) && quantity(self).isGreaterThan(quantity('0')) && " +
          "quantity(self).isLessThan(quantity('8Pi'))",
        message: "must be a size above zero and below 8Pi, such as 10Gi",
      }),
    });
}

/** An instant, RFC 3339. */
export function timestampSchema(description: string): z.ZodString {
  return z.string().max(TIMESTAMP_LENGTH_MAX)
    .refine((text) => parseTimestamp(text) !== undefined, "expected an RFC 3339 time")
    .meta({ description, format: "date-time" });
}

/** A whole number within bounds; `int64` where a byte count may need it. */
export function integerSchema(minimum: number, maximum: number, description: string): z.ZodInt {
  return z.int().min(minimum).max(maximum).meta({ description });
}

/** A text with a bound on its length. */
export function textSchema(lengthMax: number, description: string): z.ZodString {
  return z.string().max(lengthMax).meta({ description });
}

/** The name of a Kubernetes object. */
export function objectNameSchema(description: string): z.ZodString {
  return z.string().min(1).max(OBJECT_NAME_LENGTH_MAX).meta({ description });
}

/** What went wrong with a parse, one line, each place named by its path. */
export function issuesText(error: Pick<z.ZodError, "issues">): string {
  return error.issues.map((issue) => `${issue.path.join(".") || "object"}: ${issue.message}`)
    .join("; ");
}

function isSize(text: string): boolean {
  try {
    parseBytes(text);
    return true;
  } catch {
    return false;
  }
}
