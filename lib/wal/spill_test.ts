import assert from "node:assert/strict";

import { bytes } from "../units/bytes.ts";
import { parseArchiveStatuses } from "./archive_status.ts";
import type { WalEvidence } from "./evidence.ts";
import { known, unknown } from "./fact.ts";
import { finishedSpills, planSpill } from "./spill.ts";
import {
  downEvidenceOf,
  evidenceOf,
  listingOf,
  nameOf,
  namesOf,
  statusesOf,
} from "./testing/evidence.ts";

const SEGMENT = 2 ** 24;

function down(changes: Partial<WalEvidence> = {}): WalEvidence {
  const listing = known(listingOf(namesOf(1, 13), statusesOf(namesOf(1, 12), "ready")));
  return downEvidenceOf({ listing, ...changes });
}

function spilled(
  evidence: WalEvidence,
  neededBytes: number,
  roomBytes: number,
  spilledNames: readonly string[] = [],
): string[] {
  const request = { neededBytes: bytes(neededBytes), roomBytes: bytes(roomBytes) };
  return planSpill(evidence, { ...request, spilledNames: new Set(spilledNames) })
    .segments.map(({ name }) => name);
}

Deno.test("T24: planSpill() moves the oldest segments, as many as are needed and have room", () => {
  assert.deepEqual(spilled(down(), 2 * SEGMENT, 9 * SEGMENT), namesOf(1, 2));
  assert.deepEqual(spilled(down(), 2 * SEGMENT + 1, 9 * SEGMENT), namesOf(1, 3));
  assert.deepEqual(spilled(down(), 9 * SEGMENT, 2 * SEGMENT - 1), namesOf(1, 1));
  assert.deepEqual(spilled(down(), 9 * SEGMENT, SEGMENT - 1), []);
});

Deno.test("planSpill() goes on after what is spilled already", () => {
  assert.deepEqual(spilled(down(), SEGMENT, 9 * SEGMENT, namesOf(1, 2)), namesOf(3, 3));
});

Deno.test("planSpill() moves nothing from REDO on", () => {
  assert.deepEqual(spilled(down(), 90 * SEGMENT, 90 * SEGMENT), namesOf(1, 11));
});

Deno.test("planSpill() moves nothing beside a server that is up, nor through a closed gate", () => {
  const cases: Record<string, readonly [WalEvidence, string]> = {
    "up": [evidenceOf(), "ServerIsUp"],
    "a postmaster": [down({ postmasterGone: known(false) }), "ServerNotStopped"],
    "no pg_control": [down({ control: unknown("torn") }), "ControlFileUnknown"],
    "a label": [down({ backupLabel: unknown("not seen") }), "BackupLabelUnknown"],
  };
  for (const [what, [evidence, reason]] of Object.entries(cases)) {
    const request = { neededBytes: bytes(SEGMENT), roomBytes: bytes(SEGMENT) };
    const plan = planSpill(evidence, { ...request, spilledNames: new Set() });
    assert.deepEqual(plan.segments, [], what);
    assert.equal(plan.refusals[0]?.reason, reason, what);
  }
});

Deno.test("finishedSpills() keeps every copy that may be the last one", () => {
  const [first, second, third, fourth] = [1, 2, 3, 4].map((number) => nameOf(number));
  const finished = finishedSpills(
    namesOf(1, 4),
    new Set(namesOf(1, 3)),
    new Set([second ?? ""]),
    parseArchiveStatuses([`${third}.ready`]),
  );
  assert.deepEqual(
    finished,
    [first],
    `${second} is linked, ${third} waits, ${fourth} was never done`,
  );
});
