import assert from "node:assert/strict";

import { ALL_MARGINS } from "./evidence.ts";
import { known, unknown } from "./fact.ts";
import { segmentNumber } from "./segment.ts";
import {
  type FileLook,
  judgeRemoval,
  orphanedStatuses,
  planRemoval,
  refuseOddVictims,
  refuseOtherDryRun,
} from "./removal.ts";
import {
  downEvidenceOf,
  evidenceOf,
  listingOf,
  nameOf,
  namesOf,
  SIZE,
  statusesOf,
} from "./testing/evidence.ts";

const POLICY = { retainCount: 1, margins: ALL_MARGINS };

Deno.test("T22: planRemoval() frees exactly the archived segments before the cut-off, less those retained", () => {
  const removal = planRemoval(downEvidenceOf(), POLICY);
  assert.deepEqual(removal.victims.map(({ name }) => name), namesOf(1, 10));
  assert.equal(removal.freedBytes, 10 * 2 ** 24);
  assert.deepEqual(removal.refusals, []);
});

Deno.test("T1, T2: planRemoval() finds nothing after a checkpoint, and says what keeps the rest", () => {
  const names = namesOf(11, 20);
  const listing = known(listingOf(names, statusesOf([nameOf(11)], "done")));
  const removal = planRemoval(evidenceOf({ listing }), POLICY);
  assert.deepEqual(removal.victims, []);
  const [refusal] = removal.refusals;
  assert.equal(refusal?.reason, "NothingRemovable");
  assert.match(refusal?.message ?? "", /C1 RecoveryNeedsWal, C8 RewindMargin/);
});

Deno.test("T23: planRemoval() removes nothing where every segment waits", () => {
  const listing = known(listingOf(namesOf(1, 13), statusesOf(namesOf(1, 12), "ready")));
  const removal = planRemoval(downEvidenceOf({ listing }), POLICY);
  assert.deepEqual(removal.victims, []);
  assert.match(removal.refusals[0]?.message ?? "", /C6 NotArchived \(0{7}1/);
});

Deno.test("planRemoval() tells each refusal once, those of the gate first", () => {
  const lost = unknown("lost");
  const removal = planRemoval(evidenceOf({ slotFiles: lost, earlier: lost }), POLICY);
  assert.deepEqual(removal.victims, []);
  assert.deepEqual(removal.refusals.map(({ reason }) => reason), ["SlotFilesUnknown", "FirstLook"]);
  assert.equal(removal.freedBytes, 0);
});

const VICTIMS = [1, 2].map((number) => ({
  name: nameOf(number),
  segment: { timeline: 1, number: segmentNumber(number) },
}));

Deno.test("refuseOddVictims() refuses what is no whole segment", () => {
  const whole: FileLook = { isRegularFile: true, sizeBytes: SIZE };
  const cases: Record<string, readonly [FileLook | undefined, string]> = {
    "a whole segment": [whole, ""],
    "not looked at, or gone": [undefined, "VictimUnknown"],
    "too short": [{ ...whole, sizeBytes: SIZE - 1 }, "VictimNotSegment"],
    "too long": [{ ...whole, sizeBytes: SIZE + 1 }, "VictimNotSegment"],
    "a symlink or a directory": [{ isRegularFile: false, sizeBytes: SIZE }, "VictimNotSegment"],
  };
  for (const [what, [look, expected]] of Object.entries(cases)) {
    const looks = new Map([[nameOf(1), whole]]);
    if (look !== undefined) looks.set(nameOf(2), look);
    const refusals = refuseOddVictims(VICTIMS, looks, SIZE);
    assert.equal(refusals.map(({ reason }) => reason).join(), expected, what);
  }
});

Deno.test("T31: refuseOtherDryRun() demands the same names, no more and no less", () => {
  const names = VICTIMS.map(({ name }) => name);
  assert.equal(refuseOtherDryRun(VICTIMS, names.toReversed()), undefined);
  for (const other of [[], names.slice(1), [...names, nameOf(3)], [nameOf(1), nameOf(3)]]) {
    assert.equal(refuseOtherDryRun(VICTIMS, other)?.reason, "DryRunDiffers", other.join());
  }
});

Deno.test("T29, T30: judgeRemoval() believes a listing, not an exit code (W19)", () => {
  const outcome = judgeRemoval(VICTIMS, new Set([nameOf(2), nameOf(3)]));
  assert.deepEqual(outcome, { removed: VICTIMS.slice(0, 1), left: VICTIMS.slice(1) });
});

Deno.test("T32: orphanedStatuses() names .done files of what is gone, and never a .ready", () => {
  assert.deepEqual(orphanedStatuses(VICTIMS, new Set([nameOf(2)])), [`${nameOf(1)}.done`]);
});
