import assert from "node:assert/strict";

import { formatResult } from "./format_result.ts";
import { readCrds } from "./read_crds.ts";
import { runSeed } from "./run_seed.ts";

/** `deno task test:world` runs more of them. */
const SEEDS = 80;

const crds = await readCrds();

for (let seed = 1; seed <= SEEDS; seed++) {
  Deno.test(`the controller keeps its promises in the world of seed ${seed}`, async () => {
    const result = await runSeed(seed, crds);
    assert.ok(result.violations.length === 0, formatResult(result));
  });
}
