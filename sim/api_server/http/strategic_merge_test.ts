import assert from "node:assert/strict";

import type { JsonObject } from "../../../kube/api.ts";
import { LEASE, POD } from "../../../kube/resources.ts";
import { mergeObject } from "../merge_patch.ts";
import { strategicMerge } from "./strategic_merge.ts";
import { STORAGE_POLICY } from "./testing/http_rig.ts";

const a = { name: "a", image: "1", env: [{ name: "X", value: "1" }] };
const b = { name: "b", image: "1" };
const target = { metadata: { finalizers: ["f"] }, spec: { containers: [a, b], args: ["1"], n: 1 } };

const patches: readonly {
  readonly what: string;
  readonly patch: JsonObject;
  readonly expected: JsonObject;
}[] = [
  {
    what: "merges items that have the same key",
    patch: { spec: { containers: [{ name: "b", image: "2" }, { name: "c" }] } },
    expected: { ...target.spec, containers: [a, { name: "b", image: "2" }, { name: "c" }] },
  },
  {
    what: "merges lists within items",
    patch: { spec: { containers: [{ name: "a", image: null, env: [{ name: "X", value: "2" }] }] } },
    expected: {
      ...target.spec,
      containers: [{ name: "a", env: [{ name: "X", value: "2" }] }, b],
    },
  },
  {
    what: "deletes items",
    patch: {
      spec: { containers: [{ name: "a", $patch: "delete" }, { name: "?", $patch: "delete" }] },
    },
    expected: { ...target.spec, containers: [b] },
  },
  {
    what: "replaces lists that ask for it",
    patch: { spec: { containers: [{ $patch: "replace" }, { name: "c" }] } },
    expected: { ...target.spec, containers: [{ name: "c" }] },
  },
  {
    what: "replaces lists without keys, and values",
    patch: { spec: { args: ["2"], n: null } },
    expected: { containers: [a, b], args: ["2"] },
  },
  {
    what: "replaces maps that ask for it",
    patch: { spec: { $patch: "replace", n: 2 } },
    expected: { n: 2 },
  },
  {
    what: "passes over the order of lists",
    patch: { spec: { "$setElementOrder/containers": [{ name: "a" }], n: 2 } },
    expected: { ...target.spec, n: 2 },
  },
];

for (const { what, patch, expected } of patches) {
  Deno.test(`strategicMerge() ${what}`, () => {
    const { type, body } = strategicMerge(POD, target, patch);
    assert.equal(type, "merge");
    const merged = mergeObject(target, Array.isArray(body) ? {} : { ...body });
    assert.deepEqual(merged["spec"], expected);
  });
}

Deno.test("strategicMerge() adds finalizers and deletes maps", () => {
  const patch = { metadata: { finalizers: ["g", "f"] }, spec: { $patch: "delete" } };
  const { body } = strategicMerge(LEASE, target, patch);
  assert.deepEqual(body, { metadata: { finalizers: ["f", "g"] }, spec: null });
});

Deno.test("strategicMerge() is not for custom resources", () => {
  assert.throws(() => strategicMerge(STORAGE_POLICY, {}, {}), {
    code: 415,
    reason: "UnsupportedMediaType",
  });
});
