import assert from "node:assert/strict";

import type { Clock } from "../../kube/clock.ts";
import { bytes } from "../../lib/units/bytes.ts";
import { ALL_MARGINS, type WalEvidence } from "../../lib/wal/evidence.ts";
import { known, unknown } from "../../lib/wal/fact.ts";
import { controlOf, nameOf, namesOf, SIZE, statusesOf } from "../../lib/wal/testing/evidence.ts";
import { CLIMB_COOLDOWN_MS, type Climber, type ClimbResult } from "./climb.ts";
import type { ReliefLock } from "./lock.ts";
import { createRelief, type ReliefPorts, type ReliefRules } from "./relieve.ts";
import { type FakeBallast, fakeBallast } from "./testing/fake_ballast.ts";
import { fakeSpill } from "./testing/fake_spill.ts";
import { type FakeWal, fakeWal } from "./testing/fake_wal.ts";

const NEVER = new AbortController().signal;
const TARGET = bytes(2 * SIZE);
const FREE: ReliefLock = { tryTake: () => Promise.resolve({ [Symbol.dispose](): void {} }) };
const HELD: ReliefLock = { tryTake: () => Promise.resolve(undefined) };
const RULES: ReliefRules = {
  policy: { retainCount: 1, margins: ALL_MARGINS },
  walInitZero: known(true),
  checkpoint: {
    primaryRedo: unknown("not asked"),
    replayLsn: unknown("not asked"),
    mayKillSlots: false,
    mayBreakStandbys: false,
  },
};

interface Scene {
  readonly wal: FakeWal;
  readonly ballast: FakeBallast;
  readonly clock: Clock & { nowMs: number };
  readonly ports: ReliefPorts;
  readonly relief: Climber;
  checkpoints: number;
}

/** An instance with 13 segments; whatever of them goes becomes free. */
function scene(
  statuses: readonly string[],
  evidence: Partial<WalEvidence>,
  changes: Partial<ReliefPorts> = {},
): Scene {
  const ballast = fakeBallast(5 * 2 ** 20);
  const wal = fakeWal(namesOf(1, 13), statuses, {
    onLook: () => {
      const free = ballast.availableBytes + (13 - wal.names.size) * SIZE;
      wal.evidence = { availableBytes: known(bytes(free)), ...evidence, ...wal.evidence };
      wal.evidence = { ...wal.evidence, availableBytes: known(bytes(free)) };
    },
  });
  const clock = {
    nowMs: 0,
    now: () => 0,
    monotonic: () => clock.nowMs,
    sleep: () => Promise.resolve(),
  };
  const made: { checkpoints: number } = { checkpoints: 0 };
  const ports: ReliefPorts = {
    ...wal.hands,
    clock: { ...clock, monotonic: () => clock.nowMs, sleep: wal.clock.sleep },
    lock: FREE,
    runCheckpoint: () => {
      made.checkpoints += 1;
      const position = 13n * 2n ** 24n;
      wal.evidence = {
        ...wal.evidence,
        control: controlOf({ redo: position + 0x28n, checkpoint: position + 0x60n }),
      };
      return Promise.resolve();
    },
    ballast: ballast.directory,
    askPostmasterGone: () => Promise.resolve(known(true)),
    ...changes,
  };
  return Object.assign(made, {
    wal,
    ballast,
    clock,
    ports,
    relief: createRelief(ports, () => RULES),
  });
}

function stepsOf(result: ClimbResult): string[] {
  if (result.kind === "refused") return [];
  return result.records.map(({ step, outcome }) => `${step} ${outcome.kind}`);
}

const DOWN: Partial<WalEvidence> = { server: known("down") };
const ALL_READY = statusesOf(namesOf(1, 12), "ready");
const ALL_DONE = statusesOf(namesOf(1, 11), "done");

Deno.test("T22: createRelief() removes what is archived of a server that is down, and no more", async () => {
  const { relief, ballast, wal } = scene(ALL_DONE, DOWN);
  ballast.files.set("unit-0001", SIZE);
  const result = await relief.climb(TARGET, NEVER);
  assert.equal(result.kind, "settled");
  assert.deepEqual(stepsOf(result), ["explain gained", "checkpoint refused", "cleanup gained"]);
  assert.equal(wal.names.size, 3);
  assert.deepEqual([...ballast.files.keys()], ["unit-0001"]);
});

Deno.test("T23: createRelief() lets ballast go unit by unit when everything waits", async () => {
  const { relief, ballast, wal } = scene(ALL_READY, DOWN);
  for (const number of [1, 2, 3]) ballast.files.set(`unit-000${number}`, SIZE);
  const result = await relief.climb(TARGET, NEVER);
  assert.equal(result.kind, "settled");
  assert.deepEqual(stepsOf(result), [
    "explain gained",
    "checkpoint refused",
    "cleanup refused",
    "ballast gained",
    "ballast gained",
  ]);
  assert.deepEqual([...ballast.files.keys()], ["unit-0001"]);
  assert.equal(wal.names.size, 13);
});

Deno.test("T24: createRelief() spills where it is allowed and there is no ballast", async () => {
  const wal = fakeWal(namesOf(1, 13), ALL_READY);
  const spill = fakeSpill(wal, 100 * SIZE);
  const made = scene(ALL_READY, DOWN, { spill: spill.directory });
  const result = await made.relief.climb(TARGET, NEVER);
  assert.ok(result.kind === "human");
  assert.deepEqual(stepsOf(result).at(-1), "spill gained");
  assert.deepEqual([...spill.links], namesOf(1, 2));
});

Deno.test("T3: createRelief() calls a human when everything waits and nothing else is left", async () => {
  const made = scene(ALL_READY, {});
  const result = await made.relief.climb(bytes(10 * SIZE), NEVER);
  assert.ok(result.kind === "human");
  assert.ok(result.refusals.some(({ reason }) => reason === "LadderExhausted"));
  assert.ok(result.refusals.some(({ reason }) => reason === "CheckpointGainsNothing"));
  assert.equal(made.checkpoints, 0);
  assert.deepEqual(made.wal.calls, []);
});

Deno.test("T2: createRelief() begins with a CHECKPOINT on a primary that is up", async () => {
  const made = scene(statusesOf(namesOf(1, 12), "done"), {});
  const result = await made.relief.climb(bytes(10 * SIZE), NEVER);
  assert.ok(result.kind === "settled");
  assert.equal(made.checkpoints, 1);
  assert.deepEqual(result.reports.map(({ step }) => step), ["explain", "checkpoint", "cleanup"]);
  made.clock.nowMs = CLIMB_COOLDOWN_MS;
  made.wal.names.add(nameOf(1));
  await made.relief.climb(bytes(40 * SIZE), NEVER);
  assert.equal(made.checkpoints, 1, "the last one is remembered");
});

Deno.test("createRelief() keeps a cooldown of its own, and yields to another at work", async () => {
  const made = scene(ALL_DONE, DOWN);
  await made.relief.climb(TARGET, NEVER);
  made.clock.nowMs = CLIMB_COOLDOWN_MS - 1;
  const soon = await made.relief.climb(TARGET, NEVER);
  assert.ok(soon.kind === "refused");
  assert.equal(soon.refusals[0]?.reason, "StepRefused");
  const beside = await scene(ALL_DONE, DOWN, { lock: HELD }).relief.climb(TARGET, NEVER);
  assert.ok(beside.kind === "refused");
  assert.equal(beside.refusals[0]?.reason, "ActionInFlight");
});

Deno.test("createRelief() begins nothing while it is blind", async () => {
  const made = scene(ALL_DONE, DOWN);
  const look = (): Promise<never> => Promise.reject(new Error("blind"));
  const relief = createRelief({ ...made.ports, look }, () => RULES);
  const result = await relief.climb(TARGET, NEVER);
  assert.ok(result.kind === "stalled");
  assert.equal(result.message, "blind");
});

Deno.test("createRelief() stops when the room is no longer known", async () => {
  const made = scene(ALL_DONE, DOWN);
  const look: ReliefPorts["look"] = async (signal) => ({
    ...await made.ports.look(signal),
    availableBytes: unknown("statfs hangs"),
  });
  const result = await createRelief({ ...made.ports, look }, () => RULES).climb(TARGET, NEVER);
  assert.ok(result.kind === "stalled");
  assert.equal(result.message, "statfs hangs");
  assert.deepEqual(stepsOf(result), ["explain unknown"]);
  assert.equal(made.wal.names.size, 13);
});
