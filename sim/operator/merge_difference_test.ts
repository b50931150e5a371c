import assert from "node:assert/strict";
import fc from "fast-check";
import { mergeDifference } from "./merge_difference.ts";

Deno.test("mergeDifference() says nothing where nothing differs", () => {
  const present = { phase: "here", lists: { healthy: ["a"] }, other: 1 };
  assert.equal(mergeDifference(present, { phase: "here", lists: { healthy: ["a"] } }), undefined);
  assert.equal(mergeDifference({}, { gone: null, lists: { failed: null } }), undefined);
});

Deno.test("mergeDifference() keeps what is not named at the top, and removes it further down", () => {
  const present = { kept: 1, states: { old: { up: true }, same: { up: true } } };
  const wanted = { states: { same: { up: true }, new: { up: false } } };
  assert.deepEqual(mergeDifference(present, wanted), {
    states: { old: null, new: { up: false } },
  });
});

Deno.test("mergeDifference() replaces lists whole, and does not mind the order of members", () => {
  assert.deepEqual(mergeDifference({ names: ["a", "b"] }, { names: ["a"] }), { names: ["a"] });
  assert.equal(mergeDifference({ list: [{ a: 1, b: 2 }] }, { list: [{ b: 2, a: 1 }] }), undefined);
});

Deno.test("mergeDifference() removes a member by null only where there is one", () => {
  assert.deepEqual(mergeDifference({ reason: "because" }, { reason: null }), { reason: null });
});

Deno.test("mergeDifference() gives a patch after which nothing differs any more", () => {
  const leaf = fc.oneof(fc.nat(3), fc.constant(["a"]), fc.constant("text"));
  const states = fc.dictionary(fc.constantFrom("a", "b", "c"), leaf);
  const status = fc.record({ phase: leaf, states }, { requiredKeys: [] });
  fc.assert(fc.property(status, status, (present, wanted) => {
    const patch = mergeDifference(present, wanted);
    const merged = merge(present, patch ?? {});
    assert.equal(mergeDifference(merged, wanted), undefined);
  }));
});

function merge(
  target: Readonly<Record<string, unknown>>,
  patch: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else if (isRecord(value)) {
      const before = merged[key];
      merged[key] = merge(isRecord(before) ? before : {}, value);
    } else merged[key] = value;
  }
  return merged;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
