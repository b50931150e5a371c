// Goal: whatever happens in whatever order, an expansion keeps the promises of DESIGN §5 and comes to an end.
// Method: plans are carried out in a small world that objects to a broken promise; fast-check writes the story.

import assert from "node:assert/strict";
import fc from "fast-check";

import {
  createExpansionWorld,
  type Disk,
  type ExpansionWorld,
  measure,
  passTime,
} from "../testing/expansion_world.ts";
import { type Fate, longestOperationMs, playRound } from "../testing/play_round.ts";
import { decide } from "../decide/decide.ts";
import {
  expansionEvent,
  gibibytes,
  policy,
  progressOf,
  view,
  volume,
} from "../testing/builders.ts";
import { bytes } from "../units/bytes.ts";
import { HOUR, MINUTE, SECOND } from "../units/millis.ts";
import { isOpenExpansion } from "./history.ts";

/** One thing that happens between two rounds. */
type Hap =
  | { readonly kind: "time"; readonly durationMs: number; readonly measured: boolean }
  | { readonly kind: "pause" | "policy" | "busy" | "dry-run" | "none" }
  | { readonly kind: "vanish" | "fill"; readonly instance: number };

interface Turn {
  readonly hap: Hap;
  readonly fate: Fate;
}

const GOOD_DISK: Disk = {
  usedPercent: 50,
  controllerMs: 10 * SECOND,
  fileSystemMs: 60 * SECOND,
  feasibleBytes: Infinity,
};

const disk: fc.Arbitrary<Disk> = fc.record({
  usedPercent: fc.constantFrom(40, 60, 86, 92, 99),
  controllerMs: fc.constantFrom(0, 10 * SECOND, 3 * MINUTE, 15 * MINUTE, Infinity),
  fileSystemMs: fc.constantFrom(0, 60 * SECOND, 15 * MINUTE, Infinity),
  feasibleBytes: fc.constantFrom(Infinity, Infinity, gibibytes(12)),
});

const hap: fc.Arbitrary<Hap> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("time" as const),
      durationMs: fc.constantFrom(SECOND, 20 * SECOND, MINUTE, 11 * MINUTE),
      measured: fc.boolean(),
    }),
  },
  fc.record({ kind: fc.constantFrom("pause", "policy", "busy", "dry-run", "none") }),
  fc.record({ kind: fc.constantFrom("vanish", "fill"), instance: fc.integer({ min: 1, max: 3 }) }),
);

const turn: fc.Arbitrary<Turn> = fc.record({
  hap,
  fate: fc.constantFrom("done", "done", "done", "records-lost", "nothing-done", "refused"),
});

function befall(world: ExpansionWorld, what: Hap): void {
  switch (what.kind) {
    case "time":
      passTime(world, what.durationMs);
      if (what.measured) measure(world);
      return;
    case "pause":
      world.paused = !world.paused;
      return;
    case "policy":
      world.governed = !world.governed;
      return;
    case "busy":
      world.busy = !world.busy;
      return;
    case "dry-run":
      world.policy = policy({ dryRun: !world.policy.settings.dryRun });
      return;
    case "none":
      return;
    case "vanish":
      world.instances.delete(`orders-${what.instance}`);
      return;
    case "fill": {
      const instance = world.instances.get(`orders-${what.instance}`);
      if (instance !== undefined) {
        instance.usedBytes = bytes(Math.floor(instance.deviceBytes * 0.95));
      }
    }
  }
}

/** Everything works again; time passes in short steps, with a round after each. */
function settle(world: ExpansionWorld, durationMs: number): void {
  world.paused = false;
  world.busy = false;
  world.policy = policy();
  for (let passedMs = 0; passedMs < durationMs; passedMs += 30 * SECOND) {
    passTime(world, 30 * SECOND);
    measure(world);
    playRound(world);
  }
}

Deno.test("advanceExpansion() keeps every promise and ends, whatever happens in whatever order", () => {
  fc.assert(
    fc.property(
      fc.array(disk, { minLength: 1, maxLength: 3 }),
      fc.array(turn, { maxLength: 25 }),
      (disks, turns) => {
        const world = createExpansionWorld(disks);
        for (const { hap, fate } of turns) {
          befall(world, hap);
          playRound(world, fate);
        }
        const open = world.events.filter(isOpenExpansion).map(({ name }) => name);
        settle(world, open.length * longestOperationMs(disks.length));
        const still = world.events.filter((event) =>
          isOpenExpansion(event) && open.includes(event.name)
        );
        assert.deepEqual(still, []);
      },
    ),
    { numRuns: 400 },
  );
});

Deno.test("advanceExpansion() ends with every volume grown and the spec raised, and then rests", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(86, 92, 99, 40), { minLength: 1, maxLength: 3 }),
      fc.array(fc.constantFrom<Fate>("done", "records-lost", "nothing-done"), { maxLength: 12 }),
      (used, fates) => {
        fc.pre(used.some((percent) => percent > 85));
        const disks = used.map((usedPercent) => ({ ...GOOD_DISK, usedPercent }));
        const world = createExpansionWorld(disks);
        for (const fate of fates) {
          passTime(world, 5 * SECOND);
          measure(world);
          playRound(world, fate);
        }
        settle(world, HOUR);
        assert.equal(world.declaredBytes, gibibytes(15));
        const sizes = [...world.instances.values()].map(({ claim }) => claim.capacityBytes);
        assert.deepEqual(sizes, used.map(() => gibibytes(15)));
        assert.deepEqual(playRound(world).actions, []);
      },
    ),
    { numRuns: 100 },
  );
});

Deno.test("advanceExpansion() asks the canary alone, then as many others as the policy lets", () => {
  for (const parallelism of [1, 2]) {
    const disks = [86, 40, 40].map((usedPercent) => ({ ...GOOD_DISK, usedPercent }));
    const world = createExpansionWorld(disks, policy({ expansion: { parallelism } }));
    playRound(world);
    const together: number[] = [];
    for (let count = 0; count < 40; count++) {
      const asked = playRound(world).actions.filter(({ kind }) => kind === "request-size");
      if (asked.length > 0) together.push(asked.length);
      passTime(world, 10 * SECOND);
      measure(world);
    }
    assert.deepEqual(together, parallelism === 1 ? [1, 1, 1] : [1, 2]);
  }
});

Deno.test("advanceExpansion() lowers an infeasible canary and leaves the others and the spec alone", () => {
  const disks = [86, 40].map((usedPercent) => ({
    ...GOOD_DISK,
    usedPercent,
    feasibleBytes: gibibytes(12),
  }));
  const world = createExpansionWorld(disks);
  const lowered: string[] = [];
  for (let count = 0; count < 12; count++) {
    for (const action of playRound(world).actions) {
      if (action.kind === "request-size" && action.lowering) lowered.push(action.claimName);
    }
    passTime(world, 10 * SECOND);
  }
  const [event] = world.events;
  assert.deepEqual(lowered, ["orders-1"]);
  assert.equal(event?.status.phase, "Failed");
  const reasons = event?.status.volumes.map(({ failure }) => failure?.reason);
  assert.deepEqual(reasons, ["ResizeInfeasible", "CanaryFailed"]);
  assert.equal(world.declaredBytes, gibibytes(10));
  assert.equal(world.instances.get("orders-2")?.claim.requestBytes, gibibytes(10));
});

Deno.test("advanceExpansion() is PartialFailure with a stuck sibling, and still writes the spec back", () => {
  const stuck: Disk = { ...GOOD_DISK, controllerMs: Infinity };
  const world = createExpansionWorld([{ ...GOOD_DISK, usedPercent: 86 }, stuck, GOOD_DISK]);
  settle(world, longestOperationMs(3));
  const [event] = world.events;
  assert.deepEqual(event?.status.volumes.map(({ step }) => step), [
    "Verified",
    "Failed",
    "Verified",
  ]);
  assert.equal(event?.status.conditions[0]?.reason, "PartialFailure");
  assert.equal(world.declaredBytes, gibibytes(15));
});

Deno.test("advanceExpansion() asks a sibling at once when it reaches emergency", () => {
  const slow: Disk = { ...GOOD_DISK, usedPercent: 86, controllerMs: 5 * MINUTE };
  const world = createExpansionWorld([slow, GOOD_DISK, GOOD_DISK]);
  playRound(world);
  playRound(world);
  befall(world, { kind: "fill", instance: 3 });
  const asked = playRound(world).actions.filter(({ kind }) => kind === "request-size");
  assert.deepEqual(asked.map((action) => "claimName" in action && action.claimName), ["orders-3"]);
});

Deno.test("advanceExpansion() asks no pressing sibling for a size that its canary can never have", () => {
  const members = [volume({ usedPercent: 86 }), volume({ instance: "orders-2", usedPercent: 95 })];
  const refused = { reason: "ResizeRefused", message: "exceeded quota" } as const;
  const [canary, sibling] = members.map((member) => progressOf(member));
  assert.ok(canary && sibling);
  const event = expansionEvent([{ ...canary, step: "Failed", failure: refused }, sibling]);
  const { actions } = decide(view({ volumes: members, events: [event] }), { defaults: policy() });
  assert.deepEqual(actions.filter(({ kind }) => kind === "request-size"), []);
});
