import assert from "node:assert/strict";
import * as z from "zod";
import { structuralSchemaOf } from "./crd_schema.ts";

Deno.test("structuralSchemaOf() keeps bounds, descriptions and what only Kubernetes reads", () => {
  const schema = z.object({
    count: z.int().min(1).max(5).meta({ description: "How many." }),
    names: z.array(z.string().max(9)).max(3).optional().meta({ "x-kubernetes-list-type": "set" }),
    sizes: z.record(z.string().max(4), z.string().max(9)).optional().meta({ maxProperties: 2 }),
    until: z.string().max(9).nullable().optional(),
  }).meta({ "x-kubernetes-validations": [{ rule: "self.count > 1", message: "too few" }] });
  assert.deepEqual(structuralSchemaOf(schema, "thing"), {
    type: "object",
    properties: {
      count: { type: "integer", minimum: 1, maximum: 5, description: "How many." },
      names: {
        type: "array",
        maxItems: 3,
        items: { type: "string", maxLength: 9 },
        "x-kubernetes-list-type": "set",
      },
      sizes: {
        type: "object",
        maxProperties: 2,
        additionalProperties: { type: "string", maxLength: 9 },
      },
      until: { type: "string", maxLength: 9, nullable: true },
    },
    required: ["count"],
    "x-kubernetes-validations": [{ rule: "self.count > 1", message: "too few" }],
  });
});

Deno.test("structuralSchemaOf() refuses what has no bound", () => {
  const table: ReadonlyArray<readonly [z.ZodType, string]> = [
    [z.string(), "thing.field"],
    [z.number(), "thing.field"],
    [z.number().min(0), "thing.field"],
    [z.array(z.string().max(1)).meta({ "x-kubernetes-list-type": "atomic" }), "thing.field"],
    [z.array(z.string().max(1)).max(1), "thing.field"],
    [z.record(z.string(), z.string().max(1)), "thing.field"],
    [z.array(z.string()).max(1).meta({ "x-kubernetes-list-type": "atomic" }), "thing.field[]"],
    [z.record(z.string(), z.string()).meta({ maxProperties: 1 }), "thing.field{}"],
  ];
  for (const [field, path] of table) {
    assert.throws(() => structuralSchemaOf(z.object({ field }), "thing"), {
      name: "TypeError",
      message: `Cannot make a structural schema of thing: expected a bound on ${path}`,
    });
  }
});

Deno.test("structuralSchemaOf() refuses what a structural schema cannot say", () => {
  const union = z.union([z.string().max(1), z.int().min(0).max(1)]);
  for (const field of [union, z.string().max(1).default("a"), z.strictObject({})]) {
    assert.throws(() => structuralSchemaOf(z.object({ field }), "thing"), TypeError);
  }
});
