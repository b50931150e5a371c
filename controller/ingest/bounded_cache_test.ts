import assert from "node:assert/strict";

import fc from "fast-check";

import { createBoundedCache } from "./bounded_cache.ts";

Deno.test("createBoundedCache() drops what was used longest ago", () => {
  const cache = createBoundedCache<string, number>(2);
  cache.set("a", 1);
  cache.set("b", 2);
  cache.get("a");
  cache.set("c", 3);
  assert.deepEqual([cache.get("a"), cache.get("b"), cache.get("c")], [1, undefined, 3]);
});

Deno.test("createBoundedCache() counts writing the same key as use", () => {
  const cache = createBoundedCache<string, number>(2);
  cache.set("a", 1);
  cache.set("b", 2);
  cache.set("a", 4);
  cache.set("c", 3);
  assert.deepEqual([cache.get("a"), cache.get("b")], [4, undefined]);
});

Deno.test("createBoundedCache() refuses to hold nothing", () => {
  for (const entriesMax of [0, -1, 1.5, NaN]) {
    assert.throws(() => createBoundedCache(entriesMax), RangeError);
  }
});

Deno.test("createBoundedCache() holds the last keys set and never more than its limit", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 8 }),
    fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 60 }),
    (entriesMax, keys) => {
      const cache = createBoundedCache<number, number>(entriesMax);
      for (const key of keys) cache.set(key, key);
      const expected = [...new Set(keys.toReversed())].slice(0, entriesMax);
      assert.equal(cache.size, expected.length);
      for (const key of expected) assert.equal(cache.get(key), key);
    },
  ));
});
