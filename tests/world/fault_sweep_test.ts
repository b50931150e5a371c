// Goal: whatever becomes of whichever call, a story ends well, with one operation and one request a volume.
// Method: the nth call of the controller fares badly in one way, for every n. Each write meets every second way,
// and reads take turns among all; `deno test -A tests/world/fault_sweep_test.ts -- --all` plays every pair.

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
  const { calls, settledMs } = await playStory(story, crds);
  for (const [kindIndex, kind] of FAULT_KINDS.entries()) {
    Deno.test(`the ${story.name} ends well where any call ${kind.name}`, async () => {
      for (const [index, call] of calls.entries()) {
        if (kind.verbs !== undefined && !kind.verbs.includes(call.verb)) continue;
        const every = isRead(call) ? FAULT_KINDS.length : 2;
        const isTurn = kind.verbs !== undefined || (index + kindIndex) % every === 0;
        if (!isTurn && !isComplete) continue;
        const name = `call ${index + 1}, ${call.verb} ${call.resource.plural}`;
        const played = await playStory(story, crds, { number: index + 1, kind })
          .catch((error: unknown) => assert.fail(`${name}: ${error}`));
        const lateMs = played.settledMs - settledMs;
        assert.ok(lateMs <= (kind.delayMsMax ?? Infinity), `${name}: ${lateMs} ms later`);
      }
    });
  }
  Deno.test(`the ${story.name} makes calls that change something, and calls that do not`, () => {
    const verbs = new Set(calls.map(({ verb }) => verb));
    assert.deepEqual([...verbs].toSorted(), ["create", "get", "patch", "watch"]);
    assert.ok(calls.length > 40);
  });
}
