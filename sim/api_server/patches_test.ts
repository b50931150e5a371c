import assert from "node:assert/strict";

import fc from "fast-check";

import { isJsonObject } from "../../kube/json.ts";
import { compareFields, difference, fieldsOf, isEmpty, union } from "./field_set.ts";
import { jsonPatch } from "./json_patch.ts";
import { mergeObject, mergePatch } from "./merge_patch.ts";

Deno.test("mergePatch() agrees with the examples of RFC 7396", () => {
  const cases: readonly (readonly [unknown, unknown, unknown])[] = [
    [{ a: "b" }, { a: "c" }, { a: "c" }],
    [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
    [{ a: "b" }, { a: null }, {}],
    [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
    [{ a: ["b"] }, { a: "c" }, { a: "c" }],
    [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
    [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
    [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
    [["a", "b"], ["c", "d"], ["c", "d"]],
    [{ a: "b" }, ["c"], ["c"]],
    [{ a: "foo" }, null, null],
    [{ a: "foo" }, "bar", "bar"],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: "b", c: null }, { a: "b" }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ];
  for (const [target, patch, expected] of cases) {
    assert.deepEqual(mergePatch(target, patch), expected);
  }
});

const json = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: "small" }, fc.integer(), fc.string(), tie("object")),
  object: fc.dictionary(fc.constantFrom("a", "b", "c", "d"), tie("value"), {
    noNullPrototype: true,
  }),
})).object.filter(isJsonObject);

Deno.test("mergeObject() is idempotent, leaves its target alone and shares what the patch leaves out", () => {
  fc.assert(fc.property(json, json, (target, patch) => {
    const before = structuredClone(target);
    const once = mergeObject(target, patch);
    assert.deepEqual(target, before);
    assert.deepEqual(mergeObject(once, patch), once);
    for (const key of Object.keys(target)) {
      if (!Object.hasOwn(patch, key)) assert.equal(once[key], target[key]);
    }
  }));
});

Deno.test("compareFields() tells everything that differs, and nothing else", () => {
  fc.assert(fc.property(json, json, (before, after) => {
    const { written, removed } = compareFields(before, after);
    const same = compareFields(after, structuredClone(after));
    assert.ok(isEmpty(same.written) && isEmpty(same.removed));
    const isSame = isEmpty(written) && isEmpty(removed);
    assert.equal(isSame, isDeepEqual(before, after));
  }));
});

function isDeepEqual(left: unknown, right: unknown): boolean {
  try {
    assert.deepStrictEqual(left, right);
    return true;
  } catch {
    return false;
  }
}

Deno.test("union() and difference() of field sets undo one another where they do not meet", () => {
  fc.assert(fc.property(json, json, (left, right) => {
    const [some, others] = [fieldsOf(left), fieldsOf(right)];
    assert.deepEqual(difference(some, some), {});
    assert.deepEqual(union(some, {}), some);
    assert.deepEqual(union(some, others), union(others, some));
    assert.deepEqual(difference(difference(some, others), others), difference(some, others));
  }));
});

Deno.test("jsonPatch() runs every operation on a copy", () => {
  const target = { a: { "b/c": 1 }, list: [1, 2], gone: true };
  const before = structuredClone(target);
  const result = jsonPatch(target, [
    { op: "test", path: "/a/b~1c", value: 1 },
    { op: "add", path: "/list/-", value: 3 },
    { op: "add", path: "/list/0", value: 0 },
    { op: "replace", path: "/a/b~1c", value: 2 },
    { op: "copy", from: "/a", path: "/copy" },
    { op: "move", from: "/copy/b~1c", path: "/moved" },
    { op: "remove", path: "/gone" },
  ]);
  assert.deepEqual(result, { a: { "b/c": 2 }, list: [0, 1, 2, 3], copy: {}, moved: 2 });
  assert.deepEqual(target, before);
});

Deno.test("jsonPatch() answers 422 for an operation that fails and 400 for what is no patch", () => {
  for (
    const operation of [
      { op: "test", path: "/a", value: 2 },
      { op: "remove", path: "/b" },
      { op: "replace", path: "/b/c", value: 1 },
      { op: "copy", from: "/b", path: "/c" },
    ]
  ) {
    assert.throws(() => jsonPatch({ a: 1 }, [operation]), {
      name: "ApiError",
      code: 422,
      reason: "Invalid",
    });
  }
  for (const operation of [{ op: "merge", path: "/a" }, { op: "add", path: "a", value: 1 }, {}]) {
    assert.throws(() => jsonPatch({ a: 1 }, [operation]), { code: 400 });
  }
});
