import assert from "node:assert/strict";

import { colourOfLevel } from "./paint.ts";

Deno.test("colourOfLevel() knows every level", () => {
  const cases = [
    [undefined, "gray"],
    ["unknown", "gray"],
    ["ok", "green"],
    ["critical", "yellow"],
    ["full", "red"],
  ] as const;
  for (const [level, colour] of cases) assert.equal(colourOfLevel(level), colour);
});
