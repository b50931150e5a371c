import assert from "node:assert/strict";

import type { Clock } from "../../kube/clock.ts";
import { bytes } from "../../lib/units/bytes.ts";
import { millis } from "../../lib/units/millis.ts";
import { percent } from "../../lib/units/percent.ts";
import type { WalEvidence } from "../../lib/wal/evidence.ts";
import { known, unknown } from "../../lib/wal/fact.ts";
import {
  downEvidenceOf,
  evidenceOf,
  listingOf,
  namesOf,
  SIZE,
  statusesOf,
} from "../../lib/wal/testing/evidence.ts";
import {
  BALLAST_BYTES_PER_SECOND,
  type BallastHands,
  type BallastResult,
  growBallast,
} from "./ballast.ts";
import { CONTROLLER_SILENCE_MS, refuseAlone, releaseBallast } from "./release_ballast.ts";
import { type FakeBallast, fakeBallast } from "./testing/fake_ballast.ts";

const GIB = 1024 ** 3;
const NEVER = new AbortController().signal;
const REQUEST = {
  volumeBytes: bytes(2 * GIB),
  warningPercent: percent(70),
  walInitZero: known(true),
};

/** A clock on which sleeping takes no time, and is counted. */
function countingClock(): Clock & { sleptMs: number } {
  const clock = {
    sleptMs: 0,
    now: () => 0,
    monotonic: () => clock.sleptMs,
    sleep: (durationMs: number) => Promise.resolve(void (clock.sleptMs += durationMs)),
  };
  return clock;
}

function handsOf(
  fake: FakeBallast,
  changes: Partial<WalEvidence> = {},
): BallastHands & { clock: { sleptMs: number } } {
  const look = (): Promise<WalEvidence> =>
    Promise.resolve(evidenceOf({ availableBytes: known(bytes(fake.availableBytes)), ...changes }));
  return { clock: countingClock(), ballast: fake.directory, look };
}

function grow(fake: FakeBallast, changes: Partial<WalEvidence> = {}): Promise<BallastResult> {
  return growBallast(handsOf(fake, changes), REQUEST, NEVER);
}

Deno.test("growBallast() writes five units one by one, and then no more", async () => {
  const fake = fakeBallast(1.5 * GIB);
  const kinds: string[] = [];
  for (let count = 0; count < 6; count += 1) kinds.push((await grow(fake)).kind);
  assert.deepEqual(kinds, ["grown", "grown", "grown", "grown", "whole", "whole"]);
  assert.deepEqual([...fake.files], [1, 2, 3, 4, 5].map((n) => [`unit-000${n}`, SIZE]));
});

Deno.test("growBallast() writes no faster than its rate", async () => {
  const hands = handsOf(fakeBallast(1.5 * GIB));
  await growBallast(hands, REQUEST, NEVER);
  assert.equal(hands.clock.sleptMs, 1000 * SIZE / BALLAST_BYTES_PER_SECOND);
});

const REFUSALS: readonly [string, number, Partial<WalEvidence>, string][] = [
  ["the server is down", 1.5 * GIB, { server: known("down") }, "ServerNotUp"],
  ["the server may be down", 1.5 * GIB, { server: unknown("?") }, "ServerStateUnknown"],
  ["segments wait to be archived", 1.5 * GIB, {
    listing: known(listingOf(namesOf(1, 13), statusesOf(namesOf(1, 3), "ready"))),
  }, "NotArchived"],
  ["pg_wal is not seen", 1.5 * GIB, { listing: unknown("?") }, "ListingUnknown"],
  ["another action is under way", 1.5 * GIB, { actionInFlight: true }, "ActionInFlight"],
  ["pressure would reach warning", Math.floor(0.6 * GIB), {}, "StepRefused"],
  ["the room is not known", 1.5 * GIB, { availableBytes: unknown("?") }, "DiskStateUnknown"],
];

for (const [what, available, changes, reason] of REFUSALS) {
  Deno.test(`growBallast() writes nothing when ${what}`, async () => {
    const fake = fakeBallast(available);
    const result = await grow(fake, changes);
    assert.ok(result.kind === "refused");
    assert.equal(result.refusals[0]?.reason, reason);
    assert.equal(fake.files.size, 0);
  });
}

Deno.test("growBallast() gives a unit up when the room ends, and leaves nothing of it", async () => {
  const fake = fakeBallast(1.5 * GIB);
  fake.onAppend = () => {
    fake.availableBytes = 2 ** 24;
  };
  const result = await grow(fake);
  assert.equal(result.kind, "refused");
  assert.equal(fake.files.size, 0);
});

Deno.test("growBallast() removes what a crash left unfinished and starts anew", async () => {
  const fake = fakeBallast(1.5 * GIB);
  fake.files.set("unit-0001.part", 3 * 2 ** 20).set("other", 5).set("unit-0002", SIZE);
  const result = await grow(fake);
  assert.ok(result.kind === "grown");
  assert.deepEqual([...fake.files.keys()].sort(), ["other", "unit-0001", "unit-0002"]);
});

Deno.test("growBallast() leaves nothing behind when writing fails", async () => {
  const fake = fakeBallast(1.5 * GIB);
  fake.onAppend = () => {
    throw new Error("No space left on device");
  };
  const result = await grow(fake);
  assert.ok(result.kind === "failed");
  assert.match(result.message, /No space left/);
  assert.equal(fake.files.size, 0);
});

Deno.test("growBallast() keeps no unit that has no blocks", async () => {
  const fake = fakeBallast(1.5 * GIB);
  fake.density = 0.25;
  const result = await grow(fake);
  assert.ok(result.kind === "failed");
  assert.match(result.message, /expected a block for every byte/);
  assert.equal(fake.files.size, 0);
});

Deno.test("releaseBallast() lets the unfinished go first, then unit by unit from the last", async () => {
  const fake = fakeBallast(0);
  fake.files.set("unit-0001", SIZE).set("unit-0002", SIZE).set("unit-0003.part", 2 ** 20);
  const names: string[] = [];
  for (let count = 0; count < 4; count += 1) {
    const result = await releaseBallast(handsOf(fake), SIZE, NEVER);
    if (result.kind !== "released") {
      assert.equal(result.kind, "none");
      break;
    }
    assert.equal(result.gainedBytes, result.expectedBytes);
    names.push(result.name);
  }
  assert.deepEqual(names, ["unit-0003.part", "unit-0002", "unit-0001"]);
});

Deno.test("releaseBallast() says what it gained where blocks do not come back", async () => {
  const fake = fakeBallast(0);
  fake.ground = { kind: "unsure", message: "btrfs" };
  fake.files.set("unit-0001", SIZE);
  const stuck = { ...fake.directory, availableBytes: () => Promise.resolve(bytes(0)) };
  const result = await releaseBallast({ ...handsOf(fake), ballast: stuck }, SIZE, NEVER);
  assert.ok(result.kind === "released");
  assert.equal(result.gainedBytes, 0);
  assert.equal(result.expectedBytes, SIZE);
  assert.equal(result.ground.kind, "unsure");
});

Deno.test("releaseBallast() says why it failed", async () => {
  const broken = {
    ...fakeBallast(0).directory,
    files: () => Promise.reject(new Error("Input/output error")),
  };
  const hands = { ...handsOf(fakeBallast(0)), ballast: broken };
  const result = await releaseBallast(hands, SIZE, NEVER);
  assert.ok(result.kind === "failed");
  assert.match(result.message, /Input\/output error/);
});

Deno.test("refuseAlone() lets go of ballast only beside a full disk and a silent controller", () => {
  const full = downEvidenceOf();
  assert.deepEqual(refuseAlone(full, CONTROLLER_SILENCE_MS), []);
  const [spoken] = refuseAlone(full, millis(CONTROLLER_SILENCE_MS - 1));
  assert.equal(spoken?.reason, "StepRefused");
  assert.equal(refuseAlone(evidenceOf(), CONTROLLER_SILENCE_MS)[0]?.reason, "ServerIsUp");
  const roomy = downEvidenceOf({ availableBytes: known(bytes(SIZE)) });
  assert.equal(refuseAlone(roomy, CONTROLLER_SILENCE_MS)[0]?.reason, "DiskNotFull");
});
