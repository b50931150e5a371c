import assert from "node:assert/strict";

import { parseJsonPath } from "./json_path.ts";

const object = {
  metadata: { name: "x", annotations: { "example.com/a": "b", "it's": "odd" } },
  status: {
    percent: 0,
    conditions: [
      { type: "Active", status: "True", weight: 3 },
      { type: "Conflicting", status: "False", weight: 1 },
    ],
  },
};

const paths: readonly (readonly [string, readonly unknown[]])[] = [
  [".metadata.name", ["x"]],
  [".metadata.none.deeper", []],
  [".status.percent", [0]],
  ["['metadata'].name", ["x"]],
  [".metadata['name']", ["x"]],
  [".metadata.annotations.example\\.com/a", ["b"]],
  [".metadata.annotations['example\\.com/a']", ["b"]],
  ['.metadata.annotations["it\'s"]', ["odd"]],
  [".status.conditions[0].type", ["Active"]],
  [".status.conditions[-1].type", ["Conflicting"]],
  [".status.conditions[2].type", []],
  [".status.conditions[*].status", ["True", "False"]],
  [".status.percent[*]", []],
  ['.status.conditions[?(@.type=="Active")].status', ["True"]],
  [".status.conditions[?(@.type=='Conflicting')].status", ["False"]],
  ['.status.conditions[?( @.type == "Active" )].status', ["True"]],
  ['.status.conditions[?(@.type!="Active")].status', ["False"]],
  ['.status.conditions[?(@.missing!="Active")].status', []],
  [".status.conditions[?(@.weight>1)].type", ["Active"]],
  [".status.conditions[?(@.weight>=1)].type", ["Active", "Conflicting"]],
  [".status.conditions[?(@.weight<3)].type", ["Conflicting"]],
  [".status.conditions[?(@.weight<=3)].type", ["Active", "Conflicting"]],
  ['.status.conditions[?(@.type<"B")].type', ["Active"]],
  ['.status.conditions[?(@.weight<"B")].type', []],
  [".status.conditions[?(@.weight)].type", ["Active", "Conflicting"]],
  [".metadata.constructor", []],
];

for (const [path, expected] of paths) {
  Deno.test(`parseJsonPath() follows ${path}`, () => {
    assert.deepEqual(parseJsonPath(path)(object), expected);
  });
}

for (const path of ["metadata", "..name", ".a[1:2]", ".a[", ".a[?(@.b==c)]"]) {
  Deno.test(`parseJsonPath() refuses ${path}`, () => {
    assert.throws(() => parseJsonPath(path), SyntaxError);
  });
}
