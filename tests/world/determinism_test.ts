import assert from "node:assert/strict";

import { runSeed } from "./run_seed.ts";

for (const seed of [3, 14, 159, 2653]) {
  Deno.test(`runSeed() gives the same writes twice for seed ${seed}`, async () => {
    const first = await runSeed(seed);
    const second = await runSeed(seed);
    assert.equal(second.hash, first.hash);
    assert.ok(first.writes > 0);
  });
}

Deno.test("runSeed() gives different worlds for different seeds", async () => {
  assert.notEqual((await runSeed(3)).hash, (await runSeed(4)).hash);
});
