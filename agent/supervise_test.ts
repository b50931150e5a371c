import assert from "node:assert/strict";
import fc from "fast-check";
import { createFakeClock, type FakeClock, settle } from "../kube/testing/fake_clock.ts";
import { createRecordingLogger } from "../kube/testing/recording_logger.ts";
import {
  type ChildProcess,
  type ChildSignal,
  createSupervisor,
  HEALTHY_MS,
  KILL_MS,
  RESTART_MAX_MS,
  RESTART_MIN_MS,
  type Supervisor,
  TERMINATE_MS,
} from "./supervise.ts";

interface FakeChild extends ChildProcess {
  readonly signals: ChildSignal[];
  readonly startedAtMs: number;
  end(how?: string): void;
}

interface World {
  readonly clock: FakeClock;
  readonly children: FakeChild[];
  readonly stop: AbortController;
  readonly supervisor: Supervisor;
  readonly done: Promise<void>;
  readonly isDone: () => boolean;
}

function start(launch?: (attempt: number) => void): World {
  const clock = createFakeClock();
  const children: FakeChild[] = [];
  const stop = new AbortController();
  let attempts = 0;
  const supervisor = createSupervisor({
    clock,
    logger: createRecordingLogger(),
    launch(): Promise<ChildProcess> {
      try {
        launch?.(++attempts);
      } catch (error) {
        return Promise.reject(error);
      }
      const ended = Promise.withResolvers<string>();
      const signals: ChildSignal[] = [];
      const child: FakeChild = {
        pid: children.length + 1,
        ended: ended.promise,
        signals,
        startedAtMs: clock.monotonic(),
        signal: (name) => signals.push(name),
        end: (how = "ended with status 1") => ended.resolve(how),
      };
      children.push(child);
      return Promise.resolve(child);
    },
  });
  let isDone = false;
  const done = supervisor.run(stop.signal).then(() => {
    isDone = true;
  });
  return { clock, children, stop, supervisor, done, isDone: () => isDone };
}

Deno.test("run() restarts the agent after waits that double from 1 s to 60 s", async () => {
  const { clock, children, stop, done } = start();
  await settle();
  const waits: number[] = [];
  for (let life = 0; life < 8; life++) {
    const endedAtMs = clock.monotonic();
    children.at(-1)?.end();
    await clock.advance(RESTART_MAX_MS);
    waits.push((children.at(-1)?.startedAtMs ?? 0) - endedAtMs);
  }
  assert.deepEqual(waits, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  stop.abort();
  children.at(-1)?.end();
  await done;
});

Deno.test("run() waits the shortest time again after an agent that was healthy", async () => {
  const { clock, children, stop, done } = start();
  await settle();
  for (let life = 0; life < 4; life++) {
    children.at(-1)?.end();
    await clock.advance(RESTART_MAX_MS);
  }
  await clock.advance(HEALTHY_MS);
  children.at(-1)?.end("ended with status 0");
  await clock.advance(RESTART_MIN_MS);
  assert.equal(children.length, 6);
  stop.abort();
  children.at(-1)?.end();
  await done;
});

Deno.test("run() tries again when the agent cannot be started", async () => {
  const { clock, children, stop, done } = start((attempt) => {
    if (attempt < 3) throw new Error("no memory");
  });
  await clock.advance(3_000);
  assert.equal(children.length, 1);
  stop.abort();
  children[0]?.end();
  await done;
});

Deno.test("run() passes SIGTERM on and ends with the agent", async () => {
  const { children, stop, done } = start();
  await settle();
  stop.abort();
  await settle();
  assert.deepEqual(children[0]?.signals, ["SIGTERM"]);
  children[0]?.end("ended with status 0");
  await done;
});

Deno.test("run() kills an agent that does not end, and does not wait for one that cannot die", async () => {
  const { clock, children, stop, done, isDone } = start();
  await settle();
  stop.abort();
  await clock.advance(TERMINATE_MS - 1);
  assert.deepEqual(children[0]?.signals, ["SIGTERM"]);
  await clock.advance(1);
  assert.deepEqual(children[0]?.signals, ["SIGTERM", "SIGKILL"]);
  assert.ok(!isDone());
  await clock.advance(KILL_MS);
  assert.ok(isDone());
  await done;
});

Deno.test("run() ends at once while it waits for a restart", async () => {
  const { clock, children, stop, done } = start();
  await settle();
  children[0]?.end();
  await clock.advance(500);
  stop.abort();
  await done;
  assert.equal(children.length, 1);
});

Deno.test("run() ends at once though a start neither succeeds nor fails", async () => {
  const stop = new AbortController();
  const supervisor = createSupervisor({
    clock: createFakeClock(),
    logger: createRecordingLogger(),
    launch: () => new Promise(() => {}),
  });
  const done = supervisor.run(stop.signal);
  stop.abort();
  await done;
});

Deno.test("forward() passes SIGHUP to the agent, and to nobody when there is none", async () => {
  const { clock, children, stop, done, supervisor } = start();
  await settle();
  supervisor.forward("SIGHUP");
  assert.deepEqual(children[0]?.signals, ["SIGHUP"]);
  children[0]?.end();
  await clock.advance(500);
  supervisor.forward("SIGHUP");
  assert.deepEqual(children[0]?.signals, ["SIGHUP"]);
  stop.abort();
  await done;
});

Deno.test("run() never ends before it is told to, has one agent at a time, and ends in time", async () => {
  const step = fc.record({
    elapsedMs: fc.nat(400_000),
    ends: fc.boolean(),
    launches: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      let mayLaunch = true;
      const { clock, children, stop, done, isDone } = start(() => {
        if (!mayLaunch) throw new Error("refused");
      });
      const ended = new Set<FakeChild>();
      for (const { elapsedMs, ends, launches } of steps) {
        mayLaunch = launches;
        const last = children.at(-1);
        if (ends && last !== undefined) {
          ended.add(last);
          last.end();
        }
        await clock.advance(elapsedMs);
        assert.ok(!isDone());
        assert.ok(children.filter((child) => !ended.has(child)).length <= 1);
      }
      stop.abort();
      await clock.advance(TERMINATE_MS + KILL_MS);
      assert.ok(isDone());
      await done;
    }),
    { numRuns: 40 },
  );
});
