import assert from "node:assert/strict";

import { createScaledClock, GAP_MS_MAX, type Timers } from "./scaled_clock.ts";

interface FakeTimers extends Timers {
  /** Lets real time pass, and timers ring as they come due. */
  pass(durationMs: number): Promise<void>;
  /** Lets real time pass while nobody gets to run. */
  starve(durationMs: number): void;
  pending(): number;
}

function createFakeTimers(): FakeTimers {
  let nowMs = 5;
  const waiting = new Set<{ readonly dueMs: number; readonly callback: () => void }>();
  return {
    monotonic: () => nowMs,
    start(durationMs, callback): () => void {
      const timer = { dueMs: nowMs + durationMs, callback };
      waiting.add(timer);
      return () => void waiting.delete(timer);
    },
    async pass(durationMs): Promise<void> {
      const untilMs = nowMs + durationMs;
      for (;;) {
        const next = [...waiting].sort((one, other) => one.dueMs - other.dueMs)[0];
        if (next === undefined || next.dueMs > untilMs) break;
        nowMs = Math.max(nowMs, next.dueMs);
        waiting.delete(next);
        next.callback();
        await Promise.resolve();
      }
      nowMs = untilMs;
    },
    starve: (durationMs) => void (nowMs += durationMs),
    pending: () => waiting.size,
  };
}

Deno.test("now() and monotonic() run as many times as fast as the machine", async () => {
  const timers = createFakeTimers();
  const clock = createScaledClock({ speed: 20, startMs: 1_000_000, timers });
  await timers.pass(10);
  assert.equal(clock.monotonic(), 200);
  await timers.pass(5);
  assert.equal(clock.now(), 1_000_300);
});

Deno.test("now() is in whole milliseconds and never runs backwards", async () => {
  const timers = createFakeTimers();
  const clock = createScaledClock({ speed: 1.7, startMs: 1_000, timers });
  let before = clock.now();
  for (let step = 0; step < 20; step++) {
    await timers.pass(0.3);
    const now = clock.now();
    assert.equal(Number.isInteger(now), true);
    assert.equal(now >= before, true);
    before = now;
  }
});

Deno.test("sleep() takes a fraction of the real time", async () => {
  const timers = createFakeTimers();
  const clock = createScaledClock({ speed: 20, startMs: 0, timers });
  let isAwake = false;
  const sleeping = clock.sleep(800).then(() => isAwake = true);
  await timers.pass(39);
  assert.equal(isAwake, false);
  await timers.pass(1);
  await sleeping;
  assert.equal(isAwake, true);
});

Deno.test("time in which the process did not get to run is left out of the story", () => {
  const timers = createFakeTimers();
  const clock = createScaledClock({ speed: 20, startMs: 0, timers });
  timers.starve(10_000);
  assert.equal(clock.monotonic(), GAP_MS_MAX);
  assert.equal(clock.lostMs(), 200_000 - GAP_MS_MAX);
});

Deno.test("sleep() goes on for what is left when the process did not get to run meanwhile", async () => {
  const timers = createFakeTimers();
  const clock = createScaledClock({ speed: 20, startMs: 0, timers });
  let isAwake = false;
  const sleeping = clock.sleep(3_000).then(() => isAwake = true);
  timers.starve(10_000);
  await timers.pass(0);
  assert.equal(isAwake, false);
  assert.equal(timers.pending(), 1);
  for (let step = 0; step < 50 && !isAwake; step++) {
    await timers.pass(10);
    clock.monotonic();
  }
  await sleeping;
  assert.equal(clock.monotonic() >= 3_000, true);
});

Deno.test("sleep() rejects with the reason as soon as its signal is aborted, and leaves no timer", async () => {
  const timers = createFakeTimers();
  const clock = createScaledClock({ speed: 20, startMs: 0, timers });
  const controller = new AbortController();
  const sleeping = clock.sleep(1_000, controller.signal);
  controller.abort(new Error("enough"));
  await assert.rejects(sleeping, /enough/);
  assert.equal(timers.pending(), 0);
  await assert.rejects(clock.sleep(1, controller.signal), /enough/);
});

Deno.test("createScaledClock() refuses a speed that is none", () => {
  for (const speed of [0, -1, NaN, Infinity]) {
    assert.throws(
      () => createScaledClock({ speed, startMs: 0, timers: createFakeTimers() }),
      RangeError,
    );
  }
});
