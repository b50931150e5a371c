import assert from "node:assert/strict";

import { createFakeClock } from "./fake_clock.ts";

Deno.test("advance() wakes sleepers in the order of their times", async () => {
  const clock = createFakeClock();
  const woken: string[] = [];
  async function sleeper(name: string, durationMs: number): Promise<void> {
    await clock.sleep(durationMs);
    woken.push(`${name}@${clock.monotonic()}`);
  }
  const all = Promise.all([sleeper("late", 30), sleeper("early", 10)]);
  assert.deepEqual(clock.sleepers(), [10, 30]);
  await clock.advance(20);
  assert.deepEqual(woken, ["early@10"]);
  await clock.advance(10);
  assert.deepEqual(woken, ["early@10", "late@30"]);
  await all;
});

Deno.test("advance() wakes a sleeper that fell asleep again on the way", async () => {
  const clock = createFakeClock();
  let rounds = 0;
  async function worker(): Promise<void> {
    while (rounds < 3) {
      await clock.sleep(10);
      rounds++;
    }
  }
  const done = worker();
  await clock.advance(30);
  assert.equal(rounds, 3);
  await done;
});

Deno.test("sleep() forgets a sleeper that was aborted", async () => {
  const clock = createFakeClock();
  const controller = new AbortController();
  const sleeping = clock.sleep(10, controller.signal);
  controller.abort(new Error("stop"));
  await assert.rejects(sleeping, /stop/);
  assert.deepEqual(clock.sleepers(), []);
});

Deno.test("jump() moves the wall clock and not the monotonic one", async () => {
  const clock = createFakeClock(1_000);
  await clock.advance(5);
  clock.jump(-500);
  assert.equal(clock.now(), 505);
  assert.equal(clock.monotonic(), 5);
});
