import assert from "node:assert/strict";
import fc from "fast-check";
import { createSimulatedClock } from "./simulated_clock.ts";
import { createWakeQueue } from "./wake_queue.ts";

Deno.test("advance() wakes sleepers in the order of their times, those of one instant as they fell asleep", async () => {
  const clock = createSimulatedClock({ startMs: 1_000 });
  const log: string[] = [];
  async function sleepFor(durationMs: number, name: string): Promise<void> {
    await clock.sleep(durationMs);
    log.push(`${name}@${clock.now()}`);
  }
  sleepFor(20, "late");
  sleepFor(10, "first");
  sleepFor(10, "second");
  sleepFor(9.5, "fraction");
  await clock.advance(15);
  assert.deepEqual(log, ["first@1010", "second@1010", "fraction@1010"]);
  assert.deepEqual(clock.sleepers(), [5]);
  await clock.advance(5);
  assert.equal(log.at(-1), "late@1020");
});

Deno.test("advance() lets everything happen that follows from a wake before the next instant", async () => {
  const clock = createSimulatedClock();
  const seenMs: number[] = [];
  async function loop(): Promise<void> {
    for (let round = 0; round < 3; round++) {
      await clock.sleep(10);
      await Promise.resolve();
      seenMs.push(clock.monotonic());
    }
  }
  loop();
  await clock.advance(100);
  assert.deepEqual(seenMs, [10, 20, 30]);
  assert.equal(clock.monotonic(), 100);
});

Deno.test("advance() calls beforeEach on the grid and where somebody wakes, before they do", async () => {
  const clock = createSimulatedClock({ startMs: 0 });
  const log: string[] = [];
  clock.sleep(1_500).then(() => log.push("woken"));
  await clock.advance(2_500, {
    everyMs: 1_000,
    beforeEach: (nowMs) => void log.push(String(nowMs)),
  });
  assert.deepEqual(log, ["1000", "1500", "woken", "2000", "2500"]);
});

Deno.test("sleep() rejects when it is aborted, and leaves nobody behind", async () => {
  const clock = createSimulatedClock();
  const stop = new AbortController();
  const sleeping = clock.sleep(10, stop.signal);
  stop.abort(new Error("enough"));
  await assert.rejects(sleeping, /enough/);
  await assert.rejects(clock.sleep(10, stop.signal), /enough/);
  assert.deepEqual(clock.sleepers(), []);
  await clock.sleep(0);
});

Deno.test("advance() refuses while it is moving already, and moves again after a failure", async () => {
  const clock = createSimulatedClock();
  const first = clock.advance(10);
  await assert.rejects(clock.advance(10), /expected it to stand still/);
  await first;
  const failing = clock.advance(10, {
    beforeEach(): void {
      throw new Error("the world ended");
    },
  });
  await assert.rejects(failing, /the world ended/);
  await clock.advance(10);
});

Deno.test("createWakeQueue() gives sleepers in order whatever is added and removed", () => {
  const step = fc.record({ wakeAtMs: fc.nat(20), remove: fc.boolean() });
  fc.assert(fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
    const queue = createWakeQueue();
    const sleepers = steps.map(({ wakeAtMs }, sequence) => ({
      wakeAtMs,
      sequence,
      wake(): void {},
    }));
    for (const sleeper of sleepers) queue.add(sleeper);
    const kept = sleepers.filter((_, index) => !steps[index]?.remove);
    for (const sleeper of sleepers) if (!kept.includes(sleeper)) queue.remove(sleeper);
    assert.equal(queue.size, kept.length);
    assert.equal(queue.all().length, kept.length);
    const taken = kept.map(() => queue.take());
    const sorted = kept.toSorted((one, other) =>
      one.wakeAtMs - other.wakeAtMs || one.sequence - other.sequence
    );
    assert.deepEqual(taken, sorted);
    assert.equal(queue.take(), undefined);
  }));
});
