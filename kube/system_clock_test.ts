import assert from "node:assert/strict";

import { systemClock } from "./system_clock.ts";

Deno.test("systemClock.sleep() resolves after the duration", async () => {
  const startMs = systemClock.monotonic();
  await systemClock.sleep(3);
  assert.ok(systemClock.monotonic() - startMs >= 2);
});

Deno.test("systemClock.sleep() resolves when the duration is negative", async () => {
  await systemClock.sleep(-5);
});

Deno.test("systemClock.sleep() rejects with the reason when aborted while waiting", async () => {
  const controller = new AbortController();
  const sleeping = systemClock.sleep(60_000, controller.signal);
  controller.abort(new Error("stop"));
  await assert.rejects(sleeping, /stop/);
});

Deno.test("systemClock.sleep() rejects when the signal is aborted already", async () => {
  await assert.rejects(systemClock.sleep(60_000, AbortSignal.abort(new Error("late"))), /late/);
});

Deno.test("systemClock.sleep() rejects a duration that timers cannot count", async () => {
  await assert.rejects(systemClock.sleep(2 ** 31), RangeError);
  await assert.rejects(systemClock.sleep(Number.NaN), RangeError);
});

Deno.test("systemClock.now() is the time since the Unix epoch", () => {
  assert.ok(Math.abs(systemClock.now() - Date.now()) < 1_000);
});
