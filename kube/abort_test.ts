import assert from "node:assert/strict";

import { linkAbort, raceAbort, startWatchdog } from "./abort.ts";
import { createFakeClock } from "./testing/fake_clock.ts";

Deno.test("linkAbort() is aborted with the reason of the parent that was", () => {
  const parents = [new AbortController(), new AbortController()];
  using link = linkAbort(parents[0]?.signal, undefined, parents[1]?.signal);
  assert.equal(link.signal.aborted, false);
  parents[1]?.abort("second");
  assert.equal(link.signal.reason, "second");
});

Deno.test("linkAbort() is aborted from the start when a parent is", () => {
  using link = linkAbort(AbortSignal.abort("before"));
  assert.equal(link.signal.reason, "before");
});

Deno.test("linkAbort() no longer follows its parents when disposed", () => {
  const parent = new AbortController();
  const link = linkAbort(parent.signal);
  link[Symbol.dispose]();
  parent.abort();
  assert.equal(link.signal.aborted, false);
});

Deno.test("startWatchdog() expires once when it is not touched", async () => {
  const clock = createFakeClock();
  let expired = 0;
  using _watchdog = startWatchdog(clock, 100, () => expired++);
  await clock.advance(99);
  assert.equal(expired, 0);
  await clock.advance(500);
  assert.equal(expired, 1);
});

Deno.test("startWatchdog() expires a whole limit after the last touch", async () => {
  const clock = createFakeClock();
  let expired = 0;
  using watchdog = startWatchdog(clock, 100, () => expired++);
  await clock.advance(60);
  watchdog.touch();
  await clock.advance(99);
  assert.equal(expired, 0);
  await clock.advance(1);
  assert.equal(expired, 1);
});

Deno.test("startWatchdog() never expires and leaves no timer when disposed", async () => {
  const clock = createFakeClock();
  let expired = 0;
  startWatchdog(clock, 100, () => expired++)[Symbol.dispose]();
  await clock.advance(1_000);
  assert.equal(expired, 0);
  assert.deepEqual(clock.sleepers(), []);
});

Deno.test("raceAbort() settles as the work does, or rejects with the reason of the abort", async () => {
  const stop = new AbortController();
  assert.equal(await raceAbort(Promise.resolve(1), stop.signal), 1);
  await assert.rejects(raceAbort(Promise.reject(new Error("broken")), stop.signal), /broken/);
  const hanging = raceAbort(new Promise(() => {}), stop.signal);
  stop.abort(new Error("late"));
  await assert.rejects(hanging, /late/);
  await assert.rejects(raceAbort(Promise.resolve(1), stop.signal), /late/);
});
