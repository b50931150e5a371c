import assert from "node:assert/strict";
import { createFakeClock, type FakeClock } from "../../kube/testing/fake_clock.ts";
import { type Alarms, createAlarms } from "./alarms.ts";

interface Rig {
  readonly clock: FakeClock;
  readonly alarms: Alarms;
  /** Alarms as they rang, with their times. */
  readonly rang: string[];
}

function createRig(): Rig {
  const clock = createFakeClock();
  const rang: string[] = [];
  const alarms = createAlarms(clock, (key) => rang.push(`${key}@${clock.monotonic()}`));
  return { clock, alarms, rang };
}

Deno.test("set() rings once, at its time", async () => {
  const { clock, alarms, rang } = createRig();
  alarms.set("a", 50);
  await clock.advance(49);
  assert.deepEqual(rang, []);
  assert.equal(alarms.has("a"), true);
  await clock.advance(100);
  assert.deepEqual(rang, ["a@50"]);
  assert.equal(alarms.size, 0);
});

Deno.test("set() moves an alarm forward and never back", async () => {
  const { clock, alarms, rang } = createRig();
  alarms.set("a", 50);
  alarms.set("a", 80);
  alarms.set("a", 30);
  await clock.advance(100);
  assert.deepEqual(rang, ["a@30"]);
});

Deno.test("set() rings at once when the time has passed, but not within the call", async () => {
  const { clock, alarms, rang } = createRig();
  await clock.advance(10);
  alarms.set("a", 5);
  assert.deepEqual(rang, []);
  await clock.advance(0);
  assert.deepEqual(rang, ["a@10"]);
});

Deno.test("set() rings after more days than one timer can hold", async () => {
  const { clock, alarms, rang } = createRig();
  const month = 30 * 86_400_000;
  alarms.set("a", month);
  assert.ok(clock.sleepers().every((remainingMs) => remainingMs <= 86_400_000));
  await clock.advance(month);
  assert.deepEqual(rang, [`a@${month}`]);
});

Deno.test("clear() and clearAll() silence alarms and leave no sleeper behind", async () => {
  const { clock, alarms, rang } = createRig();
  for (const key of ["a", "b", "c"]) alarms.set(key, 10);
  alarms.clear("a");
  assert.equal(alarms.size, 2);
  alarms.clearAll();
  assert.deepEqual(clock.sleepers(), []);
  await clock.advance(20);
  assert.deepEqual(rang, []);
});
