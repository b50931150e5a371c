// Goal: two clocks are never compared (DESIGN §4): a controller whose time of day is hours off asks the same claims
// for the same sizes at the same moments.
// Method: worlds of one seed, with and without skew. Windows and ends of pauses are times of day, and left out. No
// call fails: tokens that look expired are reviewed anew, and faults would befall other calls.

import assert from "node:assert/strict";

import { HOUR } from "../../lib/units/millis.ts";
import { noFaults } from "../../sim/faults/mod.ts";
import { drawWorld } from "./random/random_world.ts";
import { readCrds } from "./read_crds.ts";
import { runSeed } from "./run_seed.ts";

const crds = await readCrds();

const WORLDS = 5;

/** What depends on the time of day, or may. */
const TIMELY = /pauses for a while|the policy changes|the policy is back/;

function isTimeless(seed: number): boolean {
  return drawWorld(seed).stories.every(({ plan, incidents }) =>
    plan.policy?.window === undefined && !incidents.some(({ label }) => TIMELY.test(label))
  );
}

const seeds = Array.from({ length: 200 }, (_, index) => index + 1).filter(isTimeless);

for (const seed of seeds.slice(0, WORLDS)) {
  Deno.test(`the controller asks for the same in the world of seed ${seed}, whatever its time of day`, async () => {
    const { requests } = await runSeed(seed, crds, { faults: noFaults });
    for (const skewMs of [-5 * HOUR, 5 * HOUR]) {
      const skewed = await runSeed(seed, crds, { faults: noFaults, skewMs });
      assert.deepEqual(skewed.requests, requests, `${skewMs / HOUR} h ahead`);
    }
  });
}
