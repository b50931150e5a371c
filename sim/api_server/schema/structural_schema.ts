/**
 * Structural schemas as they stand in CustomResourceDefinitions.
 *
 * Only what the simulated server acts upon is accepted: a keyword or a format that it would have to ignore
 * fails the parse, so that no check is skipped unseen.
 *
 * @module
 */

import * as z from "zod";

const FORMATS = ["int32", "int64", "float", "double", "date-time"] as const;

const validationRule = z.strictObject({
  rule: z.string().min(1),
  message: z.string().optional(),
  messageExpression: z.string().optional(),
  reason: z.enum([
    "FieldValueInvalid",
    "FieldValueForbidden",
    "FieldValueRequired",
    "FieldValueDuplicate",
  ]).optional(),
  fieldPath: z.string().optional(),
  optionalOldSelf: z.boolean().optional(),
});

/** A rule of `x-kubernetes-validations`. */
export type ValidationRule = z.infer<typeof validationRule>;

/** A structural schema, as far as it is understood. */
export interface StructuralSchema {
  readonly type?: "object" | "array" | "string" | "integer" | "number" | "boolean" | undefined;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly format?: (typeof FORMATS)[number] | undefined;
  readonly nullable?: boolean | undefined;
  readonly default?: unknown;
  readonly example?: unknown;
  readonly enum?: readonly unknown[] | undefined;
  readonly pattern?: RegExp | undefined;
  readonly minLength?: number | undefined;
  readonly maxLength?: number | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly minItems?: number | undefined;
  readonly maxItems?: number | undefined;
  readonly minProperties?: number | undefined;
  readonly maxProperties?: number | undefined;
  readonly required?: readonly string[] | undefined;
  readonly properties?: Readonly<Record<string, StructuralSchema>> | undefined;
  /** `true` lets any property through, as upstream does; `false` is what absence means. */
  readonly additionalProperties?: StructuralSchema | boolean | undefined;
  readonly items?: StructuralSchema | undefined;
  /** Accepted only as the pair that int-or-string is generated with. */
  readonly anyOf?: readonly unknown[] | undefined;
  readonly "x-kubernetes-int-or-string"?: boolean | undefined;
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean | undefined;
  readonly "x-kubernetes-embedded-resource"?: boolean | undefined;
  readonly "x-kubernetes-list-type"?: "atomic" | "map" | "set" | undefined;
  readonly "x-kubernetes-list-map-keys"?: readonly string[] | undefined;
  readonly "x-kubernetes-map-type"?: "atomic" | "granular" | undefined;
  readonly "x-kubernetes-validations"?: readonly ValidationRule[] | undefined;
}

/** The upper limit of a number, a length or a count. */
const limit = z.number();

const pattern = z.string().transform((text, context): RegExp => {
  try {
    return new RegExp(text, "u");
  } catch (error) {
    context.addIssue({ code: "custom", message: `not a regular expression here: ${error}` });
    return z.NEVER;
  }
});

/** Reads a structural schema. */
export const structuralSchema: z.ZodType<StructuralSchema> = z.lazy(() =>
  z.strictObject({
    type: z.enum(["object", "array", "string", "integer", "number", "boolean"]).optional(),
    title: z.string().optional(),
    description: z.string().optional(),
    format: z.enum(FORMATS).optional(),
    nullable: z.boolean().optional(),
    default: z.unknown().optional(),
    example: z.unknown().optional(),
    enum: z.array(z.unknown()).optional(),
    pattern: pattern.optional(),
    minLength: limit.optional(),
    maxLength: limit.optional(),
    minimum: limit.optional(),
    maximum: limit.optional(),
    minItems: limit.optional(),
    maxItems: limit.optional(),
    minProperties: limit.optional(),
    maxProperties: limit.optional(),
    required: z.array(z.string()).optional(),
    properties: z.record(z.string(), structuralSchema).optional(),
    additionalProperties: z.union([z.boolean(), structuralSchema]).optional(),
    items: structuralSchema.optional(),
    anyOf: z.tuple([
      z.strictObject({ type: z.literal("integer") }),
      z.strictObject({ type: z.literal("string") }),
    ]).optional(),
    "x-kubernetes-int-or-string": z.boolean().optional(),
    "x-kubernetes-preserve-unknown-fields": z.boolean().optional(),
    "x-kubernetes-embedded-resource": z.boolean().optional(),
    "x-kubernetes-list-type": z.enum(["atomic", "map", "set"]).optional(),
    "x-kubernetes-list-map-keys": z.array(z.string()).optional(),
    "x-kubernetes-map-type": z.enum(["atomic", "granular"]).optional(),
    "x-kubernetes-validations": z.array(validationRule).optional(),
  }).refine(
    (schema) => schema.anyOf === undefined || schema["x-kubernetes-int-or-string"] === true,
    "anyOf is understood with x-kubernetes-int-or-string only",
  )
);

/** The schema of a property, declared or additional; undefined where the schema knows none. */
export function schemaOfProperty(
  schema: StructuralSchema,
  name: string,
): StructuralSchema | undefined {
  const declared = schema.properties;
  if (declared !== undefined && Object.hasOwn(declared, name)) return declared[name];
  const additional = schema.additionalProperties;
  return typeof additional === "object" ? additional : undefined;
}
