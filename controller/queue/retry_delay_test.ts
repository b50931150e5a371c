import assert from "node:assert/strict";
import fc from "fast-check";
import { RETRY_MAX_MS, retryDelayMs } from "./retry_delay.ts";

Deno.test("retryDelayMs() doubles from 5 ms to five minutes", () => {
  const bounds = [1, 2, 3, 10, 16, 17, 1_000].map((failures) => retryDelayMs(failures, () => 1));
  assert.deepEqual(bounds, [5, 10, 20, 2_560, 163_840, RETRY_MAX_MS, RETRY_MAX_MS]);
});

Deno.test("retryDelayMs() keeps at least half of its bound, whatever chance says", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 2_000 }),
    fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    (failures, chance) => {
      const bound = retryDelayMs(failures, () => 1);
      const delay = retryDelayMs(failures, () => chance);
      assert.ok(delay >= bound / 2 && delay <= bound);
    },
  ));
});
