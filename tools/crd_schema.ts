/**
 * From a zod schema to a structural schema, the form that a CustomResourceDefinition demands.
 *
 * @module
 */

import * as z from "zod";

/** A rule in the Common Expression Language. */
export interface ValidationRule {
  readonly rule: string;
  readonly message: string;
}

/** The part of OpenAPI v3 that structural schemas may use, as far as ours do. */
export interface StructuralSchema {
  readonly type: string;
  readonly description?: string | undefined;
  readonly format?: string | undefined;
  readonly nullable?: boolean | undefined;
  readonly enum?: readonly string[] | undefined;
  readonly pattern?: string | undefined;
  readonly minLength?: number | undefined;
  readonly maxLength?: number | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly maxItems?: number | undefined;
  readonly maxProperties?: number | undefined;
  readonly required?: readonly string[] | undefined;
  readonly properties?: Readonly<Record<string, StructuralSchema>> | undefined;
  readonly additionalProperties?: StructuralSchema | undefined;
  readonly items?: StructuralSchema | undefined;
  readonly "x-kubernetes-list-type"?: "atomic" | "map" | "set" | undefined;
  readonly "x-kubernetes-list-map-keys"?: readonly string[] | undefined;
  readonly "x-kubernetes-validations"?: readonly ValidationRule[] | undefined;
}

const structuralSchema: z.ZodType<StructuralSchema> = z.lazy(() =>
  z.strictObject({
    type: z.enum(["object", "array", "string", "integer", "number", "boolean"]),
    description: z.string().optional(),
    format: z.enum(["date-time"]).optional(),
    nullable: z.boolean().optional(),
    enum: z.array(z.string()).optional(),
    pattern: z.string().optional(),
    minLength: z.number().optional(),
    maxLength: z.number().optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    maxItems: z.number().optional(),
    maxProperties: z.number().optional(),
    required: z.array(z.string()).optional(),
    properties: z.record(z.string(), structuralSchema).optional(),
    additionalProperties: structuralSchema.optional(),
    items: structuralSchema.optional(),
    "x-kubernetes-list-type": z.enum(["atomic", "map", "set"]).optional(),
    "x-kubernetes-list-map-keys": z.array(z.string()).optional(),
    "x-kubernetes-validations": z.array(z.strictObject({ rule: z.string(), message: z.string() }))
      .optional(),
  })
);

/**
 * Turns a zod schema into a structural schema.
 *
 * @throws {TypeError} If the schema uses what a structural schema cannot say, or leaves a text, a list, a map or
 * a number without a bound: the API server's cost of our rules must stay bounded.
 */
export function structuralSchemaOf(schema: z.ZodType, name: string): StructuralSchema {
  const json = z.toJSONSchema(schema, {
    target: "openapi-3.0",
    io: "input",
    reused: "inline",
  });
  const parsed = structuralSchema.safeParse(json);
  if (!parsed.success) {
    throw new TypeError(
      `Cannot make a structural schema of ${name}: ${z.prettifyError(parsed.error)}`,
    );
  }
  const unbounded = findUnbounded(parsed.data, name);
  if (unbounded.length > 0) {
    throw new TypeError(
      `Cannot make a structural schema of ${name}: expected a bound on ${unbounded.join(", ")}`,
    );
  }
  return parsed.data;
}

/** Paths of everything that may grow without a bound, and of lists that do not say how they merge. */
function findUnbounded(schema: StructuralSchema, path: string): string[] {
  const children = [
    ...Object.entries(schema.properties ?? {}).map(([name, child]) =>
      findUnbounded(child, `${path}.${name}`)
    ),
    schema.items === undefined ? [] : findUnbounded(schema.items, `${path}[]`),
    schema.additionalProperties === undefined
      ? []
      : findUnbounded(schema.additionalProperties, `${path}{}`),
  ].flat();
  return isBounded(schema) ? children : [path, ...children];
}

function isBounded(schema: StructuralSchema): boolean {
  switch (schema.type) {
    case "string":
      return schema.maxLength !== undefined || schema.enum !== undefined;
    case "integer":
    case "number":
      return schema.minimum !== undefined && schema.maximum !== undefined;
    case "array":
      return schema.maxItems !== undefined && schema["x-kubernetes-list-type"] !== undefined;
    case "object":
      return schema.additionalProperties === undefined || schema.maxProperties !== undefined;
    default:
      return true;
  }
}
