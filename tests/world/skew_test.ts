// Goal: two clocks are never compared (DESIGN §4): a controller whose time of day is hours off asks the same claims
// for the same sizes at the same moments.
// Method: worlds of one seed, with and without skew. Windows and ends of pauses are times of day, and left out. No
// call fails: tokens that look expired are reviewed anew, and faults would befall other calls. One whose clock is set
// while it runs finds ends of operations in its future or long ago: what has nothing to do with time holds all the
// same, whatever fails meanwhile.

import assert from "node:assert/strict";

import { HOUR, MINUTE } from "../../lib/units/millis.ts";
import { noFaults } from "../../sim/faults/mod.ts";
import { drawWorld } from "./random/random_world.ts";
import { readCrds } from "./read_crds.ts";
import { runSeed } from "./run_seed.ts";

const crds = await readCrds();

const WORLDS = 5;

/** In the middle of what befalls a world. */
const SET_AT_MS = 12 * MINUTE;

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
      const skewed = await runSeed(seed, crds, {
        faults: noFaults,
        skewMs: () => skewMs,
      });
      assert.deepEqual(skewed.requests, requests, `${skewMs / HOUR} h ahead`);
    }
  });
}

/** What no clock decides. */
const TIMELESS: readonly string[] = [
  "a request is above the capacity",
  "no request is above maxSize",
  "nothing grows without a policy, during a pause or in a dry run",
  "only a failed request is lowered",
  "a volume whose resize is in flight is left alone",
  "a size is requested once an open StorageEvent names the claim",
  "all volumes of an operation get its size",
  "an operation begins because its first volume is too full",
  "a volume that nobody measures triggers nothing",
  "a declared size is only raised",
  "a size is declared once a volume has it",
  "a user's request is honoured once",
  "an alert is one incident",
  "an operation that has ended stays so",
  "a volume that has ended in an operation stays so",
  "no cluster is written to in a storm",
  "it is told whether volumes are measured",
  "the level that is told is the truth",
];

for (const seed of seeds.slice(0, WORLDS)) {
  Deno.test(`the controller keeps what no clock decides in the world of seed ${seed} when its clock is set`, async () => {
    for (const jumpMs of [-3 * HOUR, 3 * HOUR]) {
      const skewMs = (elapsedMs: number): number => elapsedMs < SET_AT_MS ? 0 : jumpMs;
      const { violations } = await runSeed(seed, crds, { skewMs });
      const timeless = violations.filter(({ promise }) => TIMELESS.includes(promise));
      assert.deepEqual(timeless, [], `set by ${jumpMs / HOUR} h`);
    }
  });
}
