// Goal: whatever becomes of whichever call, a story ends well, with one operation and one request a volume.
// Method: the nth call of the controller fares badly in one way, for every n. Reads take turns among the ways;
// `deno test -A tests/world/fault_sweep_test.ts -- --all` plays every one of them.

import assert from "node:assert/strict";

import { GIBIBYTE, MEBIBYTE } from "../../lib/units/bytes.ts";
import { MINUTE } from "../../lib/units/millis.ts";
import type { Call } from "../../sim/faults/mod.ts";
import type { Scenario } from "../../sim/world/scenario.ts";
import { readCrds } from "./read_crds.ts";
import { FAULT_KINDS } from "./sweep/fault_kinds.ts";
import { playStory } from "./sweep/swept_story.ts";

const crds = await readCrds();
const isComplete = Deno.args.includes("--all");

const EXPANSION: Scenario = {
  name: "expansion",
  incident: "tables have grown above the expansion threshold",
  cluster: { instances: 2, dataBytes: 10 * GIBIBYTE, usedDataBytes: 8_750 * MEBIBYTE },
  policy: {},
  durationMs: MINUTE,
  expected: { outcome: "grown", role: "data", atLeastBytes: 15 * GIBIBYTE },
};

const RESCUE: Scenario = {
  ...EXPANSION,
  name: "rescue",
  incident: "the volume of the primary is full before the controller comes",
  cluster: { instances: 2, dataBytes: 10 * GIBIBYTE },
  play(_world, { instances }): void {
    instances[0]?.volumes[0]?.fillTo(8 * MEBIBYTE);
  },
};

/** Between a read and what it is for nothing has been done yet: there the ways of failing are much the same. */
function isRead({ verb, resource }: Call): boolean {
  return verb === "get" || verb === "list" || verb === "watch" ||
    resource.plural === "tokenreviews";
}

for (const story of [EXPANSION, RESCUE]) {
  const { calls } = await playStory(story, crds);
  for (const [kindIndex, kind] of FAULT_KINDS.entries()) {
    Deno.test(`the ${story.name} ends well where any call ${kind.name}`, async () => {
      for (const [index, call] of calls.entries()) {
        if (kind.verbs !== undefined && !kind.verbs.includes(call.verb)) continue;
        const isTurn = kind.verbs !== undefined || index % FAULT_KINDS.length === kindIndex;
        if (isRead(call) && !isTurn && !isComplete) continue;
        await playStory(story, crds, { number: index + 1, kind }).catch((error: unknown) => {
          assert.fail(`call ${index + 1}, ${call.verb} ${call.resource.plural}: ${error}`);
        });
      }
    });
  }
  Deno.test(`the ${story.name} makes calls that change something, and calls that do not`, () => {
    const verbs = new Set(calls.map(({ verb }) => verb));
    assert.deepEqual([...verbs].toSorted(), ["create", "get", "patch", "watch"]);
    assert.ok(calls.length > 40);
  });
}
