import assert from "node:assert/strict";

import { createFileSystem } from "../storage/create_file_system.ts";
import { createTables } from "./tables.ts";

const GIBIBYTE = 1024 ** 3;

Deno.test("grow() adds up fractions, and none of them to less than nothing", () => {
  const tables = createTables(createFileSystem({ deviceBytes: GIBIBYTE }), 0);
  tables.grow(1 - Number.EPSILON / 2);
  assert.equal(tables.sizeBytes, 0);
  // The sum is rounded up to a whole number, and nothing is left of it.
  tables.grow(1_000_000);
  tables.grow(0);
  assert.equal(tables.sizeBytes, 1_000_001);
});
