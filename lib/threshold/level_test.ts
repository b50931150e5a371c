import assert from "node:assert/strict";

import { atLeast, highest, LEVELS } from "./level.ts";

Deno.test("atLeast() and highest() follow the order of the levels", () => {
  LEVELS.forEach((first, low) =>
    LEVELS.forEach((second, high) => {
      assert.equal(atLeast(first, second), low >= high);
      assert.equal(highest(first, second), LEVELS[Math.max(low, high)]);
    })
  );
});
