import assert from "node:assert/strict";
import { median, percentile } from "./statistics.ts";

Deno.test("percentile() takes the nearest rank of unsorted values", () => {
  assert.equal(percentile([30, 10, 20, 40], 0.5), 20);
  assert.equal(percentile([30, 10, 20, 40], 0.99), 40);
  assert.equal(percentile([7], 0), 7);
});

Deno.test("median() takes the middle value", () => {
  assert.equal(median([9, 1, 5]), 5);
});

Deno.test("percentile() refuses no values", () => {
  assert.throws(() => percentile([], 0.5), RangeError);
});
