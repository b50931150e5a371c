/**
 * The cut-off against an independent model of what must stay, over arbitrary instances.
 *
 * @module
 */

import assert from "node:assert/strict";
import fc from "fast-check";

import { ALL_MARGINS, type WalEvidence } from "./evidence.ts";
import { known, unknown } from "./fact.ts";
import { lsn } from "./lsn.ts";
import { planRemoval } from "./removal.ts";
import {
  anyWorld,
  evidenceOfWorld,
  fileName,
  type WalWorld,
  type WorldFile,
} from "./testing/wal_world.ts";

const RUNS = { numRuns: 2000 };

function victims(evidence: WalEvidence, retainCount: number): string[] {
  return planRemoval(evidence, { retainCount, margins: ALL_MARGINS }).victims
    .map(({ name }) => name);
}

function victimsOfWorld(world: WalWorld): string[] {
  return victims(evidenceOfWorld(world), world.retainCount);
}

/**
 * The oldest byte that something needs, said of positions and files one by one and without a formula: the model
 * that the product has to agree with.
 */
function neededFrom(world: WalWorld): bigint[] {
  const noArchive = world.mode === "off" || !world.stored;
  const asked = world.up || noArchive;
  const reached = world.up ? world.current : world.checkpoint;
  const keepFrom = (reached / world.sizeBytes) * world.sizeBytes - BigInt(world.keepBytes);
  return [
    world.redo,
    ...world.diskSlots.filter(({ invalidated }) => !invalidated).map(({ restart }) => restart),
    ...(world.up ? world.liveSlots.filter(({ lost }) => !lost).map(({ restart }) => restart) : []),
    ...(asked ? world.senders.flatMap(({ sent, replay }) => [sent, replay]) : []),
    ...(asked ? [world.previousRedo] : []),
    ...(world.keepBytes > 0 ? [keepFrom] : []),
    ...(world.major >= 17 && world.summarized !== undefined ? [world.summarized] : []),
    ...world.files.filter((file) => mustStay(file, world)).map(({ segment }) =>
      segment * world.sizeBytes
    ),
  ];
}

/** Whether a file stays for its own sake. */
function mustStay(file: WorldFile, world: WalWorld): boolean {
  if (file.partial || file.status === "ready") return true;
  if (world.mode === "off") return false;
  const statusCounts = world.primary || world.mode === "always" || !world.up;
  if (statusCounts && file.status === "none") return true;
  const newest = Math.max(world.timeline, ...world.files.map(({ timeline }) => timeline));
  return statusCounts && world.primary && file.timeline < newest;
}

function modelVictims(world: WalWorld): string[] {
  const limit = neededFrom(world).reduce((least, position) => position < least ? position : least);
  const retained = BigInt(world.retainCount);
  return world.files
    .filter(({ segment, partial }) =>
      !partial && segment + retained + 1n <= limit / world.sizeBytes
    )
    .map((file) => fileName(file, world.sizeBytes))
    .sort();
}

/** Whether the gate is open: REDO's and the checkpoint's segments are there, and no former primary's WAL waits. */
function isOpen(world: WalWorld): boolean {
  const isFormerPrimary = !world.primary && world.mode !== "always";
  if (isFormerPrimary && world.files.some(({ status }) => status === "ready")) return false;
  return [world.redo, world.checkpoint].every((position) =>
    world.files.some(({ segment, timeline, partial }) =>
      !partial && timeline >= world.timeline && segment === position / world.sizeBytes
    )
  );
}

Deno.test("planRemoval() removes exactly what an independent model lets go", () => {
  let removals = 0;
  fc.assert(
    fc.property(anyWorld, (world) => {
      const removed = victimsOfWorld(world);
      assert.deepEqual(removed.toSorted(), isOpen(world) ? modelVictims(world) : []);
      if (removed.length > 0) removals += 1;
    }),
    RUNS,
  );
  assert.ok(removals > 100, `only ${removals} worlds had anything to remove`);
});

Deno.test("planRemoval() never removes what recovery, a slot, the archive or retainCount keeps", () => {
  fc.assert(
    fc.property(anyWorld, (world) => {
      const removed = new Set(victimsOfWorld(world));
      for (const file of world.files.filter((one) => removed.has(fileName(one, world.sizeBytes)))) {
        const keptUpTo = (file.segment + 1n + BigInt(world.retainCount)) * world.sizeBytes;
        assert.ok(keptUpTo <= world.redo, "REDO");
        assert.notEqual(file.status, "ready");
        assert.ok(!file.partial, "partial");
        for (const slot of world.diskSlots) {
          assert.ok(slot.invalidated || keptUpTo <= slot.restart, "slot on disk");
        }
        if (world.up) {
          for (const slot of world.liveSlots) {
            assert.ok(slot.lost || keptUpTo <= slot.restart, "slot");
          }
        }
      }
    }),
    RUNS,
  );
});

/** Facts of which each may turn unknown. */
const FACTS = [
  "server",
  "role",
  "dataDirectory",
  "control",
  "listing",
  "slotFiles",
  "backupLabel",
  "archiving",
  "liveSlots",
  "walSenders",
  "statisticsVisible",
  "position",
  "walKeepBytes",
  "summarizer",
  "previousRedo",
  "earlier",
  "operator",
  "availableBytes",
  "postmasterGone",
] as const satisfies readonly (keyof WalEvidence)[];

Deno.test("planRemoval() removes no more when any fact turns unknown", () => {
  fc.assert(
    fc.property(anyWorld, fc.subarray([...FACTS], { minLength: 1 }), (world, facts) => {
      const evidence = evidenceOfWorld(world);
      const lost = Object.fromEntries(facts.map((fact) => [fact, unknown("lost")]));
      const before = new Set(victims(evidence, world.retainCount));
      for (const name of victims({ ...evidence, ...lost }, world.retainCount)) {
        assert.ok(before.has(name), name);
      }
    }),
    RUNS,
  );
});

const anyPosition = fc.bigInt({ min: 0n, max: 2n ** 42n });

/** Ways to need more WAL than before. */
const anyHolder: fc.Arbitrary<(world: WalWorld) => WalWorld> = fc.oneof(
  anyPosition.map((restart) => (world: WalWorld) => ({
    ...world,
    diskSlots: [...world.diskSlots, { restart, invalidated: false }],
  })),
  anyPosition.map((restart) => (world: WalWorld) => ({
    ...world,
    liveSlots: [...world.liveSlots, { restart, lost: false }],
  })),
  anyPosition.map((sent) => (world: WalWorld) => ({
    ...world,
    senders: [...world.senders, { sent, replay: sent }],
  })),
  fc.integer({ min: 0, max: 19 }).map((index) => (world: WalWorld) => ({
    ...world,
    files: world.files.map((file, at) =>
      at === index ? { ...file, status: "ready" as const } : file
    ),
  })),
  fc.constant((world: WalWorld) => ({ ...world, keepBytes: world.keepBytes + 2 ** 30 })),
  fc.constant((world: WalWorld) => ({ ...world, retainCount: world.retainCount + 1 })),
  fc.constant((world: WalWorld) => ({ ...world, previousRedo: world.previousRedo / 2n })),
  fc.constant((world: WalWorld) => ({
    ...world,
    summarized: (world.summarized ?? world.redo) / 2n,
  })),
);

Deno.test("planRemoval() removes no more when anything else holds WAL", () => {
  fc.assert(
    fc.property(anyWorld, anyHolder, (world, hold) => {
      const before = new Set(victimsOfWorld(world));
      for (const name of victimsOfWorld(hold(world))) assert.ok(before.has(name), name);
    }),
    RUNS,
  );
});

Deno.test("planRemoval() answers the same however listings are ordered", () => {
  const shuffled = anyWorld.chain((world) =>
    fc.record({
      world: fc.constant(world),
      files: fc.shuffledSubarray([...world.files], { minLength: world.files.length }),
      diskSlots: fc.constant(world.diskSlots),
      senders: fc.shuffledSubarray([...world.senders], { minLength: world.senders.length }),
    })
  );
  fc.assert(
    fc.property(shuffled, ({ world, files, senders }) => {
      const policy = { retainCount: world.retainCount, margins: ALL_MARGINS };
      const one = evidenceOfWorld(world);
      const other = evidenceOfWorld({ ...world, files });
      assert.deepEqual(planRemoval(other, policy), planRemoval(one, policy));
      const reordered = victims(evidenceOfWorld({ ...world, senders }), world.retainCount);
      assert.deepEqual(reordered, victims(one, world.retainCount));
    }),
    { numRuns: 500 },
  );
});

Deno.test("T15: planRemoval() never touches segments that are recycled for later", () => {
  fc.assert(
    fc.property(anyWorld, fc.integer({ min: 1, max: 50 }), (world, count) => {
      const recycled = Array.from({ length: count }, (_, index): WorldFile => ({
        timeline: world.timeline,
        segment: world.current / world.sizeBytes + 1n + BigInt(index),
        partial: false,
        status: "none",
      }));
      const known = new Set(world.files.map(({ segment }) => segment));
      const files = [...world.files, ...recycled.filter(({ segment }) => !known.has(segment))];
      const before = victimsOfWorld(world);
      const after = victimsOfWorld({ ...world, files });
      if (isOpen(world)) assert.deepEqual(after, before);
    }),
    { numRuns: 500 },
  );
});

Deno.test("T40: planRemoval() removes nothing while REDO lies before the last one seen", () => {
  fc.assert(
    fc.property(anyWorld, (world) => {
      const evidence = evidenceOfWorld(world);
      const earlier = known({
        systemIdentifier: 7_300_000_000_000_000_123n,
        dataDirectoryId: "a",
        redo: lsn(world.redo + 1n),
      });
      assert.deepEqual(victims({ ...evidence, earlier }, world.retainCount), []);
    }),
    { numRuns: 200 },
  );
});
