import assert from "node:assert/strict";
import { fieldErrorText } from "./field_error.ts";
import { compileRules } from "./rules.ts";
import type { StructuralSchema, ValidationRule } from "./structural_schema.ts";

const ANYTHING: StructuralSchema = { type: "object", additionalProperties: { type: "integer" } };

function broken(schema: StructuralSchema, value: unknown, previous?: unknown): string[] {
  return compileRules(schema)(value, previous, "spec").map(fieldErrorText);
}

function withRule(rule: ValidationRule, schema: StructuralSchema = ANYTHING): StructuralSchema {
  return { ...schema, "x-kubernetes-validations": [rule] };
}

const OUTCOMES: readonly (readonly [string, StructuralSchema, unknown, unknown, string[]])[] = [
  ["says nothing of a rule that holds", withRule({ rule: "self.a > 0" }), { a: 1 }, undefined, []],
  [
    "names the rule where there is no message",
    withRule({ rule: " self.a > 0 " }),
    { a: 0 },
    undefined,
    ["spec: Invalid value: failed rule: self.a > 0"],
  ],
  [
    "names the value of a scalar",
    withRule({ rule: "self > 0", message: "too small" }, { type: "integer" }),
    0,
    undefined,
    ["spec: Invalid value: 0: too small"],
  ],
  [
    "says what the message expression says",
    withRule({ rule: "self.a > 0", messageExpression: "'found ' + string(self.a)" }),
    { a: -3 },
    undefined,
    ["spec: Invalid value: found -3"],
  ],
  [
    "falls back to the message where its expression fails",
    withRule({ rule: "self.a > 0", message: "fixed", messageExpression: "string(self.b)" }),
    { a: -3 },
    undefined,
    ["spec: Invalid value: fixed"],
  ],
  [
    "points to the field path, with the reason as kind",
    withRule({ rule: "false", message: "no", fieldPath: ".a", reason: "FieldValueForbidden" }),
    {},
    undefined,
    ["spec.a: Forbidden: no"],
  ],
  [
    "can say that a value is required",
    withRule({
      rule: "has(self.a)",
      message: "no a",
      fieldPath: ".a",
      reason: "FieldValueRequired",
    }),
    {},
    undefined,
    ["spec.a: Required value: no a"],
  ],
  [
    "can say that a value is a duplicate",
    withRule({ rule: "false", reason: "FieldValueDuplicate" }, { type: "string" }),
    "x",
    undefined,
    ['spec: Duplicate value: "x"'],
  ],
  [
    "tells why a rule cannot be evaluated",
    withRule({ rule: "self.a > 0", message: "positive" }),
    {},
    undefined,
    ['spec: Invalid value: "object": no such key: a evaluating rule: positive'],
  ],
  [
    "leaves a creation to no transition rule",
    withRule({ rule: "self == oldSelf" }),
    { a: 1 },
    undefined,
    [],
  ],
  [
    "compares with the value before",
    withRule({ rule: "self == oldSelf", message: "fixed" }),
    { a: 1 },
    { a: 2 },
    ["spec: Invalid value: fixed"],
  ],
  [
    "asks a transition rule at creation too where oldSelf is optional",
    withRule({ rule: "oldSelf.hasValue()", message: "new", optionalOldSelf: true }),
    { a: 1 },
    undefined,
    ["spec: Invalid value: new"],
  ],
  [
    "gives an optional oldSelf its value",
    withRule({ rule: "oldSelf.value().a == self.a", optionalOldSelf: true }),
    { a: 1 },
    { a: 1 },
    [],
  ],
  [
    "reads properties whose names are no identifiers",
    withRule({ rule: "self.a__dash__b == 1 && self.__namespace__ == 2" }, {
      type: "object",
      properties: { "a-b": { type: "integer" }, namespace: { type: "integer" } },
    }),
    { "a-b": 1, namespace: 2 },
    undefined,
    [],
  ],
  [
    "reads times",
    withRule({ rule: "self > timestamp('2026-01-01T00:00:00Z')" }, {
      type: "string",
      format: "date-time",
    }),
    "2026-02-01T00:00:00Z",
    undefined,
    [],
  ],
  [
    "compares quantities by what they are worth",
    withRule({
      rule: "quantity(self).compareTo(quantity('1024Mi')) == 0 && !isQuantity('x') && " +
        "quantity(self).isLessThan(quantity('2Gi')) && quantity(self).isGreaterThan(quantity('1k'))",
    }, { type: "string" }),
    "1Gi",
    undefined,
    [],
  ],
  [
    "knows the items of a map in a list by their keys",
    {
      type: "array",
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["name"],
      items: withRule({ rule: "self.size >= oldSelf.size", message: "shrinks" }, {
        type: "object",
        properties: { name: { type: "string" }, size: { type: "integer" } },
      }),
    },
    [{ name: "b", size: 1 }, { name: "a", size: 1 }, { name: "c", size: 1 }],
    [{ name: "a", size: 2 }, { name: "b", size: 1 }],
    ["spec[1]: Invalid value: shrinks"],
  ],
  [
    "knows no item of another list again",
    { type: "array", items: withRule({ rule: "self == oldSelf" }, { type: "integer" }) },
    [1],
    [2],
    [],
  ],
  [
    "goes into maps",
    { type: "object", additionalProperties: withRule({ rule: "self > 0" }, { type: "integer" }) },
    { a: 1, b: 0 },
    undefined,
    ["spec[b]: Invalid value: 0: failed rule: self > 0"],
  ],
];

for (const [what, schema, value, previous, errors] of OUTCOMES) {
  Deno.test(`compileRules() ${what}`, () => {
    assert.deepEqual(broken(schema, value, previous), errors);
  });
}

const UNSUPPORTED: readonly (readonly [string, ValidationRule])[] = [
  ["a function that is not offered", { rule: "self.a.isSorted()" }],
  ["an unknown variable", { rule: "other > 0" }],
  ["a syntax error", { rule: "self.a >" }],
  ["no truth as its result", { rule: "'a'" }],
  ["a message that is no text", { rule: "true", messageExpression: "1" }],
  ["a field path into a list", { rule: "true", fieldPath: ".a[0]" }],
];

for (const [what, rule] of UNSUPPORTED) {
  Deno.test(`compileRules() throws when a rule has ${what}`, () => {
    assert.throws(() => compileRules(withRule(rule)), TypeError);
  });
}
