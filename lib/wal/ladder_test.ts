import assert from "node:assert/strict";
import fc from "fast-check";

import { type Bytes, bytes } from "../units/bytes.ts";
import { known, unknown } from "./fact.ts";
import {
  BALLAST_UNITS_MAX,
  climb,
  type Ladder,
  LADDER_START,
  LADDER_STEPS,
  type LadderSituation,
  type LadderStep,
  land,
  type StepOffer,
} from "./ladder.ts";
import { refusal } from "./reasons.ts";

const REFUSED: StepOffer = {
  expectedBytes: bytes(0),
  refusals: [refusal("NothingRemovable", "held")],
};

function offer(expected: number): StepOffer {
  return { expectedBytes: bytes(expected), refusals: [] };
}

function situation(
  headroom: number,
  offers: Partial<LadderSituation["offers"]> = {},
): LadderSituation {
  return {
    headroomBytes: known(bytes(headroom)),
    targetBytes: bytes(100),
    offers: { checkpoint: REFUSED, cleanup: REFUSED, ballast: REFUSED, spill: REFUSED, ...offers },
  };
}

function underWay(ladder: Ladder): LadderStep | Ladder["kind"] {
  return ladder.kind === "busy" ? ladder.step : ladder.kind;
}

/** Climbs on, each step gaining as much as is given. */
function explained(): Ladder {
  return land(climb(LADDER_START, situation(10)), known(bytes(0)));
}

Deno.test("climb() explains first, whatever could be done", () => {
  const first = climb(LADDER_START, situation(10, { checkpoint: offer(50), cleanup: offer(50) }));
  assert.equal(underWay(first), "explain");
});

Deno.test("climb() takes the most harmless step that may be taken, and writes down the others", () => {
  const busy = climb(explained(), situation(10, { ballast: offer(32), spill: offer(90) }));
  assert.equal(underWay(busy), "ballast");
  assert.deepEqual(busy.records.map(({ step, outcome }) => `${step} ${outcome.kind}`), [
    "explain gained",
    "checkpoint refused",
    "cleanup refused",
  ]);
});

Deno.test("climb() goes in order: checkpoint, cleanup, ballast, spill, human", () => {
  const all = { checkpoint: offer(1), cleanup: offer(1), ballast: offer(1), spill: offer(1) };
  const taken: string[] = [];
  let ladder = explained();
  for (let round = 0; round < 4; round += 1) {
    const offers = taken.includes("ballast") ? { ...all, ballast: REFUSED } : all;
    ladder = climb(ladder, situation(10, offers));
    taken.push(underWay(ladder));
    ladder = land(ladder, known(bytes(1)));
  }
  assert.deepEqual(taken, ["checkpoint", "cleanup", "ballast", "spill"]);
  assert.equal(underWay(climb(ladder, situation(10, all))), "human");
});

Deno.test("T23: climb() releases ballast unit by unit until there is room", () => {
  let ladder = explained();
  for (let headroom = 10; headroom < 100; headroom += 30) {
    ladder = climb(ladder, situation(headroom, { ballast: offer(30) }));
    assert.equal(underWay(ladder), "ballast");
    ladder = land(ladder, known(bytes(30)));
  }
  assert.equal(underWay(climb(ladder, situation(100, { ballast: offer(30) }))), "settled");
});

Deno.test("T27: climb() releases ballast on a full standby, where no restartpoint is possible", () => {
  const checkpoint: StepOffer = {
    expectedBytes: bytes(0),
    refusals: [refusal("RestartpointImpossible", "no checkpoint was replayed")],
  };
  const busy = climb(explained(), situation(0, { checkpoint, ballast: offer(100) }));
  assert.equal(underWay(busy), "ballast");
});

Deno.test("T24: climb() spills where no ballast is left", () => {
  const afterBallast = land(
    climb(explained(), situation(10, { ballast: offer(30) })),
    known(bytes(30)),
  );
  assert.equal(underWay(climb(afterBallast, situation(40, { spill: offer(60) }))), "spill");
});

Deno.test("T36: land() (W20) writes down that a step gained less, and climb() deletes no more for it", () => {
  const offers = { cleanup: offer(64) };
  const landed = land(climb(explained(), situation(10, offers)), known(bytes(16)));
  const outcome = landed.records.at(-1)?.outcome;
  assert.ok(outcome?.kind === "gained");
  assert.equal(outcome.shortfall?.reason, "StepGainedLess");
  assert.equal(underWay(climb(landed, situation(26, offers))), "human");
});

Deno.test("land() finds no shortfall where a step gained what it was expected to", () => {
  const landed = land(climb(explained(), situation(10, { cleanup: offer(64) })), known(bytes(64)));
  assert.deepEqual(landed.records.at(-1)?.outcome, { kind: "gained", gainedBytes: 64 });
});

Deno.test("climb() releases so many units of ballast in one climb, and no more", () => {
  let ladder = explained();
  let released = 0;
  while (ladder.kind === "ready") {
    ladder = climb(ladder, situation(10, { ballast: offer(1) }));
    if (ladder.kind === "busy") released += 1;
    ladder = land(ladder, known(bytes(1)));
  }
  assert.equal(released, BALLAST_UNITS_MAX);
});

Deno.test("climb() begins nothing beyond explaining while the room is not known", () => {
  const blind = { ...situation(0, { cleanup: offer(64) }), headroomBytes: unknown("no statfs") };
  assert.equal(underWay(climb(LADDER_START, blind)), "explain");
  assert.deepEqual(climb(explained(), blind), explained());
});

Deno.test("land() keeps what a step gained unknown where it is", () => {
  const landed = land(climb(LADDER_START, situation(1)), unknown("no statfs"));
  assert.deepEqual(landed.records.at(-1)?.outcome, { kind: "unknown", message: "no statfs" });
});

Deno.test("climb() gives every refusal to the human at the end", () => {
  const end = climb(explained(), situation(10));
  assert.ok(end.kind === "human");
  assert.equal(end.refusals[0]?.reason, "LadderExhausted");
  assert.equal(end.refusals.filter(({ reason }) => reason === "NothingRemovable").length, 4);
  assert.equal(end.refusals.filter(({ reason }) => reason === "StepRefused").length, 4);
});

Deno.test("climb() and land() leave alone what is not theirs", () => {
  const busy = climb(LADDER_START, situation(10));
  assert.equal(climb(busy, situation(1000)), busy);
  assert.equal(land(LADDER_START, known(bytes(5))), LADDER_START);
  const human = climb(explained(), situation(10));
  assert.equal(climb(human, situation(1000)), human);
});

const anyOffer: fc.Arbitrary<StepOffer> = fc.record({
  expectedBytes: fc.integer({ min: 0, max: 40 }).map((value) => bytes(value)),
  refusals: fc.constantFrom([], [], [refusal("NothingRemovable", "held")]),
});

const anySituation: fc.Arbitrary<LadderSituation> = fc.record({
  headroomBytes: fc.integer({ min: 0, max: 99 }).map((value) => known(bytes(value))),
  targetBytes: fc.constant<Bytes>(bytes(100)),
  offers: fc.record({
    checkpoint: anyOffer,
    cleanup: anyOffer,
    ballast: anyOffer,
    spill: anyOffer,
  }),
});

Deno.test("the ladder always ends, goes only up, and takes no step twice but ballast", () => {
  fc.assert(fc.property(fc.infiniteStream(anySituation), (situations) => {
    let ladder = LADDER_START;
    const taken: LadderStep[] = [];
    const roundsMax = LADDER_STEPS.length + BALLAST_UNITS_MAX + 1;
    for (let round = 0; round < roundsMax && ladder.kind === "ready"; round += 1) {
      const next = situations.next();
      assert.ok(!next.done);
      ladder = climb(ladder, next.value);
      if (ladder.kind === "busy") taken.push(ladder.step);
      ladder = land(ladder, known(bytes(1)));
    }
    assert.equal(ladder.kind, "human");
    const indices = taken.map((step) => LADDER_STEPS.indexOf(step));
    assert.deepEqual(indices, indices.toSorted((first, second) => first - second));
    const single = taken.filter((step) => step !== "ballast");
    assert.equal(new Set(single).size, single.length);
    assert.ok(taken.length - single.length <= BALLAST_UNITS_MAX);
  }));
});
