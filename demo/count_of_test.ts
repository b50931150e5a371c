import assert from "node:assert/strict";

import { countOf } from "./count_of.ts";

Deno.test("countOf() has one of a thing, and several things", () => {
  assert.equal(countOf(1, "cluster"), "1 cluster");
  assert.equal(countOf(0, "cluster"), "0 clusters");
  assert.equal(countOf(5, "byte"), "5 bytes");
});
