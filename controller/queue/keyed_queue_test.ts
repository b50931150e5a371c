import assert from "node:assert/strict";
import { createFakeClock, settle } from "../../kube/testing/fake_clock.ts";
import {
  createKeyedQueue,
  NEWS_WAIT_MS_MAX,
  WAKE_MS_MIN,
  WORK_MS_MAX,
  type WorkResult,
} from "./keyed_queue.ts";
import { RETRY_MAX_MS } from "./retry_delay.ts";
import { createRig } from "./testing/queue_rig.ts";

Deno.test("mark() begins work at once, and once for many marks meanwhile", async () => {
  const rig = createRig();
  assert.equal(rig.queue.mark("a"), true);
  for (let marks = 0; marks < 5; marks++) rig.queue.mark("a");
  await rig.only().finish();
  await rig.only().finish();
  assert.equal(rig.begun.length, 2);
  assert.deepEqual(rig.queue.stats(), {
    ready: 0,
    running: 0,
    waiting: 0,
    failing: 0,
    oldestMs: 0,
    started: 2,
    succeeded: 2,
    failed: 0,
    refused: 0,
  });
});

Deno.test("mark() lets keys wait for a place, in the order of their marks", async () => {
  const rig = createRig({ concurrency: 2 });
  for (const key of ["a", "b", "c", "d", "c"]) rig.queue.mark(key);
  assert.deepEqual(rig.open.map(({ key }) => key), ["a", "b"]);
  assert.equal(rig.queue.stats().ready, 2);
  await rig.open[1]?.finish();
  assert.deepEqual(rig.open.map(({ key }) => key), ["a", "c"]);
  await rig.open[1]?.finish();
  assert.deepEqual(rig.open.map(({ key }) => key), ["a", "d"]);
});

Deno.test("mark() turns new keys away when there are too many, and known ones never", async () => {
  const rig = createRig({ keysMax: 2 });
  assert.deepEqual(["a", "b", "c", "a"].map(rig.queue.mark), [true, true, false, true]);
  assert.equal(rig.queue.stats().refused, 1);
  await rig.open[1]?.finish();
  assert.equal(rig.queue.mark("c"), true);
});

Deno.test("the queue works again when the handler asks to be woken", async () => {
  const rig = createRig();
  rig.queue.mark("a");
  await rig.only().finish({ wakeInMs: 5_000 });
  await rig.clock.advance(4_999);
  assert.equal(rig.open.length, 0);
  await rig.clock.advance(1);
  assert.equal(rig.only().startedAtMs, 5_000);
  await rig.only().finish();
  assert.equal(rig.queue.stats().waiting, 0);
  assert.deepEqual(rig.clock.sleepers(), []);
});

Deno.test("the queue never wakes a key at once by its own wish", async () => {
  const rig = createRig();
  rig.queue.mark("a");
  await rig.only().finish({ wakeInMs: -10 });
  assert.equal(rig.open.length, 0);
  await rig.clock.advance(WAKE_MS_MIN);
  assert.equal(rig.open.length, 1);
});

Deno.test("work that comes earlier takes the place of a wake-up", async () => {
  const rig = createRig();
  rig.queue.mark("a");
  await rig.only().finish({ wakeInMs: 1_000 });
  await rig.clock.advance(500);
  rig.queue.mark("a");
  await rig.only().finish({ wakeInMs: 2_000 });
  await rig.clock.advance(1_999);
  assert.equal(rig.open.length, 0);
  await rig.clock.advance(1);
  assert.equal(rig.open.length, 1);
});

Deno.test("wakeIn() takes the earliest of several times", async () => {
  const rig = createRig();
  rig.queue.wakeIn("a", 300);
  rig.queue.wakeIn("a", 200);
  rig.queue.wakeIn("a", 400);
  await rig.clock.advance(1_000);
  assert.equal(rig.only().startedAtMs, 200);
});

Deno.test("wakeIn() while the key runs is not lost", async () => {
  const rig = createRig();
  rig.queue.mark("a");
  rig.queue.wakeIn("a", 100);
  await rig.clock.advance(200);
  await rig.only().finish({ wakeInMs: 60_000 });
  assert.equal(rig.only().startedAtMs, 200);
});

Deno.test("the queue tries a failed key again, each time later, and begins anew after a success", async () => {
  const rig = createRig();
  rig.queue.mark("a");
  for (const _round of [1, 2, 3]) {
    await rig.only().fail();
    assert.equal(rig.queue.stats().failing, 1);
    await rig.clock.advance(rig.failures.at(-1)?.retryInMs ?? 0);
  }
  assert.deepEqual(rig.failures.map(({ retryInMs }) => retryInMs), [5, 10, 20]);
  await rig.only().finish();
  assert.equal(rig.queue.stats().failing, 0);
  rig.queue.mark("a");
  await rig.only().fail();
  assert.equal(rig.failures.at(-1)?.retryInMs, 5);
});

Deno.test("news of a failing key does not sit out the back-off, and does not defeat it", async () => {
  const rig = createRig();
  rig.queue.mark("a");
  while (rig.failures.length < 20) {
    await rig.only().fail();
    if (rig.failures.length < 20) await rig.clock.advance(RETRY_MAX_MS);
  }
  const failedAtMs = rig.clock.monotonic();
  rig.queue.mark("a");
  await rig.clock.advance(NEWS_WAIT_MS_MAX - 1);
  rig.queue.mark("a");
  assert.equal(rig.open.length, 0);
  await rig.clock.advance(1);
  assert.equal(rig.only().startedAtMs, failedAtMs + NEWS_WAIT_MS_MAX);
  rig.queue.mark("a");
  await rig.only().fail();
  await rig.clock.advance(NEWS_WAIT_MS_MAX);
  assert.equal(rig.open.length, 1);
});

Deno.test("the queue takes a handler that throws at once for a failure", async () => {
  const failures: string[] = [];
  const queue = createKeyedQueue({
    handle(): Promise<WorkResult> {
      throw new Error("at once");
    },
    clock: createFakeClock(),
    random: () => 1,
    onFailure: (key) => failures.push(key),
  });
  queue.mark("a");
  await settle();
  assert.deepEqual(failures, ["a"]);
  assert.equal(queue.stats().running, 0);
});

Deno.test("the queue aborts work that takes too long, and waits for its end", async () => {
  const rig = createRig();
  rig.queue.mark("a");
  const { signal } = rig.only();
  await rig.clock.advance(WORK_MS_MAX - 1);
  assert.equal(signal.aborted, false);
  await rig.clock.advance(1);
  assert.equal(signal.aborted, true);
  rig.queue.mark("a");
  assert.equal(rig.open.length, 1);
});

Deno.test("stop() takes no more work, and resolves when all work has ended", async () => {
  const rig = createRig({ concurrency: 1 });
  rig.queue.mark("a");
  rig.queue.mark("b");
  rig.queue.wakeIn("c", 10);
  const stopping = rig.queue.stop(1_000);
  assert.equal(rig.queue.mark("d"), false);
  rig.queue.mark("a");
  await rig.clock.advance(500);
  const { signal } = rig.only();
  await rig.only().finish({ wakeInMs: 500 });
  assert.deepEqual(await stopping, []);
  assert.equal(signal.aborted, false);
  await rig.clock.advance(10_000);
  assert.equal(rig.begun.length, 1);
  assert.deepEqual(rig.clock.sleepers(), []);
});

Deno.test("stop() aborts what still runs at its limit, and names it", async () => {
  const rig = createRig();
  rig.queue.mark("a");
  const stopping = rig.queue.stop(1_000);
  await rig.clock.advance(1_000);
  assert.deepEqual(await stopping, ["a"]);
  assert.equal(rig.only().signal.aborted, true);
  await rig.only().fail();
  assert.deepEqual(rig.clock.sleepers(), []);
});

Deno.test("stop() resolves at once when nothing runs", async () => {
  assert.deepEqual(await createRig().queue.stop(1_000), []);
});

Deno.test("stats() tells how long the oldest news waits, until work on it has begun", async () => {
  const rig = createRig({ concurrency: 1 });
  rig.queue.mark("a");
  await rig.clock.advance(1_000);
  assert.equal(rig.queue.stats().oldestMs, 0);
  rig.queue.mark("b");
  await rig.clock.advance(500);
  rig.queue.mark("b");
  rig.queue.mark("a");
  await rig.clock.advance(500);
  assert.equal(rig.queue.stats().oldestMs, 1_000);
  await rig.open[0]?.finish();
  assert.equal(rig.queue.stats().oldestMs, 500);
});
