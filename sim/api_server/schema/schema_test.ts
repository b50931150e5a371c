import assert from "node:assert/strict";
import { withDefaults } from "./defaults.ts";
import { fieldErrorText } from "./field_error.ts";
import { duplicateItems } from "./list_type.ts";
import { prune } from "./prune.ts";
import { type StructuralSchema, structuralSchema } from "./structural_schema.ts";
import { validate } from "./validate.ts";

const TEXT: StructuralSchema = { type: "string" };

const PRUNED: readonly (readonly [string, StructuralSchema, unknown, unknown, string[]])[] = [
  ["keeps what is declared", { properties: { a: TEXT } }, { a: "x", b: 1 }, { a: "x" }, ["spec.b"]],
  ["keeps maps", { additionalProperties: TEXT }, { b: "x" }, { b: "x" }, []],
  [
    "keeps unknown fields where the schema says so, and prunes what is declared there",
    {
      "x-kubernetes-preserve-unknown-fields": true,
      properties: { a: { type: "object", properties: {} } },
    },
    { a: { x: 1 }, b: { c: [{ d: 1 }] } },
    { a: {}, b: { c: [{ d: 1 }] } },
    ["spec.a.x"],
  ],
  [
    "keeps the metadata of embedded resources",
    { "x-kubernetes-embedded-resource": true, properties: { a: TEXT } },
    { apiVersion: "v1", kind: "K", metadata: { name: "x" }, b: 1 },
    { apiVersion: "v1", kind: "K", metadata: { name: "x" } },
    ["spec.b"],
  ],
  [
    "goes into lists",
    { properties: { a: { items: { properties: { b: TEXT } } } } },
    { a: [{ b: "x", c: 1 }, 2] },
    { a: [{ b: "x" }, 2] },
    ["spec.a[0].c"],
  ],
];

for (const [what, spec, value, kept, unknown] of PRUNED) {
  Deno.test(`prune() ${what}`, () => {
    const pruned = prune({ kind: "K", spec: value }, { properties: { spec } });
    assert.deepEqual(pruned, { object: { kind: "K", spec: kept }, unknownFields: unknown });
  });
}

const DEFAULTS: readonly (readonly [string, StructuralSchema, unknown, unknown])[] = [
  ["fills in what is missing", { properties: { a: { default: 1 } } }, {}, { a: 1 }],
  ["leaves what is given", { properties: { a: { default: 1 } } }, { a: 2 }, { a: 2 }],
  ["takes a null for missing", { properties: { a: { default: 1 } } }, { a: null }, { a: 1 }],
  ["leaves a null that is allowed", { properties: { a: { default: 1, nullable: true } } }, {
    a: null,
  }, { a: null }],
  ["drops a null without a default", { properties: { a: TEXT } }, { a: null }, {}],
  ["leaves a null that no schema knows", {}, { a: null }, { a: null }],
  [
    "fills in below defaults",
    { properties: { a: { default: {}, properties: { b: { default: 1 } } } } },
    {},
    { a: { b: 1 } },
  ],
  ["goes into lists", { items: { properties: { a: { default: 1 } } } }, [{}], [{ a: 1 }]],
  ["fills nulls in lists", { items: { default: 1 } }, [null], [1]],
  ["goes into maps", { additionalProperties: { properties: { a: { default: 1 } } } }, { x: {} }, {
    x: { a: 1 },
  }],
];

for (const [what, schema, value, filled] of DEFAULTS) {
  Deno.test(`withDefaults() ${what}`, () => {
    assert.deepEqual(withDefaults(value, schema), filled);
  });
}

const INT_OR_STRING: StructuralSchema = {
  anyOf: [{ type: "integer" }, { type: "string" }],
  "x-kubernetes-int-or-string": true,
};

const ERRORS: readonly (readonly [string, StructuralSchema, unknown, string[]])[] = [
  ["lets integers be int-or-string", INT_OR_STRING, 5, []],
  ["lets texts be int-or-string", INT_OR_STRING, "5", []],
  ["refuses other int-or-strings", INT_OR_STRING, true, [
    'x: Invalid value: "boolean": x in body must be of type integer,string: "boolean"',
    '<nil>: Invalid value: "": "x" must validate at least one schema (anyOf)',
    'x: Invalid value: "boolean": x in body must be of type integer: "boolean"',
  ]],
  ["lets numbers be at their bounds", { type: "integer", minimum: 5, maximum: 5 }, 5, []],
  ["lets integers be numbers", { type: "number" }, 5, []],
  ["lets null be nullable", { ...TEXT, nullable: true }, null, []],
  ["refuses null", TEXT, null, [
    'x: Invalid value: "null": x in body must be of type string: "null"',
  ]],
  ["refuses integers beyond 32 bits", { type: "integer", format: "int32" }, 2 ** 31, [
    '<nil>: Invalid value: "": Checked value must be of type integer with format int32 in x',
  ]],
  ["refuses what is no time", { ...TEXT, format: "date-time" }, "today", [
    'x: Invalid value: "today": x in body must be of type date-time: "today"',
  ]],
  ["lets times pass", { ...TEXT, format: "date-time" }, "2026-01-01T00:00:00Z", []],
  ["counts characters", { ...TEXT, maxLength: 1 }, "𝄞", []],
  ["speaks of one byte", { ...TEXT, maxLength: 1 }, "ab", [
    "x: Too long: may not be more than 1 byte",
  ]],
  ["wants enough items", { type: "array", minItems: 2 }, [1], [
    "x: Invalid value: 1: x in body should have at least 2 items",
  ]],
  ["wants enough properties", { type: "object", minProperties: 1 }, {}, [
    "x: Invalid value: 0: x in body should have at least 1 properties",
  ]],
  ["speaks of one item", { type: "array", maxItems: 1 }, [1, 2], [
    "x: Too many: 2: must have at most 1 item",
  ]],
  ["compares members of an enumeration by value", { enum: [{ a: 1 }, "b"] }, { a: 2 }, [
    'x: Unsupported value: {"a":2}: supported values: "{\\"a\\":1}", "b"',
  ]],
];

for (const [what, schema, value, errors] of ERRORS) {
  Deno.test(`validate() ${what}`, () => {
    assert.deepEqual(validate(value, schema, "x").map(fieldErrorText), errors);
  });
}

const LIST_MAP: StructuralSchema = {
  "x-kubernetes-list-type": "map",
  "x-kubernetes-list-map-keys": ["name"],
};

const DUPLICATES: readonly (readonly [string, StructuralSchema, unknown, string[]])[] = [
  ["names a key once", LIST_MAP, [{ name: "a" }, { name: "a", b: 1 }, { name: "a" }], [
    'x[1]: Duplicate value: {"name":"a"}',
  ]],
  ["names an item of a set", { "x-kubernetes-list-type": "set" }, [1, "1", 1], [
    "x[2]: Duplicate value: 1",
  ]],
  ["leaves other lists alone", { items: TEXT }, ["a", "a"], []],
  [
    "goes below",
    { properties: { a: { additionalProperties: LIST_MAP } } },
    { a: { k: [{}, {}] } },
    [
      "x.a[k][1]: Duplicate value: {}",
    ],
  ],
];

for (const [what, schema, value, errors] of DUPLICATES) {
  Deno.test(`duplicateItems() ${what}`, () => {
    assert.deepEqual(duplicateItems(value, schema, "x").map(fieldErrorText), errors);
  });
}

for (
  const [what, schema] of [
    ["an unknown keyword", { oneOf: [] }],
    ["an unknown format", { type: "string", format: "ipv4" }],
    ["a pattern that is none", { type: "string", pattern: "(" }],
    ["anyOf by itself", { anyOf: [{ type: "integer" }, { type: "string" }] }],
  ] as const
) {
  Deno.test(`structuralSchema refuses ${what}, which it could not act upon`, () => {
    assert.equal(structuralSchema.safeParse({ properties: { a: schema } }).success, false);
  });
}
