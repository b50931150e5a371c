import assert from "node:assert/strict";

import { BEAT_MS_MAX, createScaledClock, type ScaledClock } from "./scaled_clock.ts";
import type { Timers } from "./timers.ts";

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

function createClock(timers: Timers, speed = 20): ScaledClock {
  return createScaledClock({ speed, startMs: 1_000_000, timers });
}

Deno.test("now() and monotonic() run as many times as fast as the machine", async () => {
  const timers = createFakeTimers();
  using clock = createClock(timers);
  await timers.pass(10);
  assert.equal(clock.monotonic(), 200);
  await timers.pass(1_000);
  assert.equal(clock.now(), 1_020_200);
});

Deno.test("now() is in whole milliseconds and never runs backwards", async () => {
  const timers = createFakeTimers();
  using clock = createClock(timers, 1.7);
  let before = clock.now();
  for (let step = 0; step < 200; step++) {
    await timers.pass(0.3);
    const now = clock.now();
    assert.equal(Number.isInteger(now), true);
    assert.equal(now >= before, true);
    before = now;
  }
});

Deno.test("sleep() takes a fraction of the real time", async () => {
  const timers = createFakeTimers();
  using clock = createClock(timers);
  let isAwake = false;
  const sleeping = clock.sleep(800).then(() => isAwake = true);
  await timers.pass(39);
  assert.equal(isAwake, false);
  await timers.pass(1);
  await sleeping;
  assert.equal(isAwake, true);
});

Deno.test("while the process does not get to run, next to no time passes in the story", async () => {
  const timers = createFakeTimers();
  using clock = createClock(timers);
  timers.starve(10_000);
  assert.equal(clock.monotonic(), BEAT_MS_MAX);
  assert.equal(clock.monotonic(), BEAT_MS_MAX);
  await timers.pass(10);
  assert.equal(clock.monotonic(), BEAT_MS_MAX + 200);
});

Deno.test("within one turn of the event loop no more than a beat passes, however long it takes", () => {
  const timers = createFakeTimers();
  using clock = createClock(timers);
  for (let look = 0; look < 100; look++) {
    timers.starve(1);
    clock.monotonic();
  }
  assert.equal(clock.monotonic(), BEAT_MS_MAX);
});

Deno.test("sleep() goes on for what is left when the process did not get to run meanwhile", async () => {
  const timers = createFakeTimers();
  using clock = createClock(timers);
  let isAwake = false;
  const sleeping = clock.sleep(3_000).then(() => isAwake = true);
  timers.starve(10_000);
  await timers.pass(0);
  assert.equal(isAwake, false);
  await timers.pass(3_000 / 20);
  await sleeping;
  assert.equal(clock.monotonic() >= 3_000, true);
});

Deno.test("sleep() rejects with the reason as soon as its signal is aborted", async () => {
  const timers = createFakeTimers();
  const controller = new AbortController();
  using clock = createClock(timers);
  const idle = timers.pending();
  const sleeping = clock.sleep(1_000, controller.signal);
  controller.abort(new Error("enough"));
  await assert.rejects(sleeping, /enough/);
  assert.equal(timers.pending(), idle);
  await assert.rejects(clock.sleep(1, controller.signal), /enough/);
});

Deno.test("a clock that was disposed of leaves no timer", async () => {
  const timers = createFakeTimers();
  const clock = createClock(timers);
  await timers.pass(100);
  clock[Symbol.dispose]();
  assert.equal(timers.pending(), 0);
});

Deno.test("createScaledClock() refuses a speed that is none", () => {
  for (const speed of [0, -1, NaN, Infinity]) {
    assert.throws(() => createClock(createFakeTimers(), speed), RangeError);
  }
});
