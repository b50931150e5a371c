import assert from "node:assert/strict";
import { createFakeClock, type FakeClock, settle } from "../../kube/testing/fake_clock.ts";
import {
  createRecordingLogger,
  type RecordingLogger,
} from "../../kube/testing/recording_logger.ts";
import { runRounds, type SourceRound } from "./rounds.ts";
import { createFakeMeasuring, sourceTarget } from "./testing/fake_measuring.ts";

const INTERVAL_MS = 30_000;

interface Running {
  readonly clock: FakeClock;
  readonly logger: RecordingLogger;
  readonly state: { leads: boolean };
  stop(): Promise<void>;
}

function start(sources: Readonly<Record<string, SourceRound>>): Running {
  const clock = createFakeClock();
  const logger = createRecordingLogger();
  const stopping = new AbortController();
  const state = { leads: true };
  const observer = { ...createFakeMeasuring(), sourceTargets: () => [sourceTarget()] };
  const running = runRounds({
    observer,
    sources,
    intervalMs: INTERVAL_MS,
    leads: () => state.leads,
    clock,
    logger,
  }, stopping.signal);
  async function stop(): Promise<void> {
    stopping.abort();
    await running;
  }
  return { clock, logger, state, stop };
}

Deno.test("runRounds() asks once an interval, after the process has led for a whole one", async () => {
  const asked: number[] = [];
  const { clock, state, stop } = start({
    kubelet: (targets) => Promise.resolve(void asked.push(clock.monotonic(), targets.length)),
  });
  await clock.advance(INTERVAL_MS);
  assert.deepEqual(asked, []);
  await clock.advance(INTERVAL_MS);
  assert.deepEqual(asked.splice(0), [2 * INTERVAL_MS, 1]);
  state.leads = false;
  await clock.advance(3 * INTERVAL_MS);
  assert.deepEqual(asked, []);
  state.leads = true;
  await clock.advance(INTERVAL_MS);
  assert.deepEqual(asked, []);
  await clock.advance(INTERVAL_MS);
  assert.deepEqual(asked, [7 * INTERVAL_MS, 1]);
  await stop();
});

Deno.test("runRounds() never overlaps the rounds of one source, and lets none wait for another", async () => {
  const asked = { slow: 0, quick: 0 };
  const slow = Promise.withResolvers<void>();
  const { clock, stop } = start({
    slow(): Promise<void> {
      asked.slow++;
      return slow.promise;
    },
    quick: () => Promise.resolve(void asked.quick++),
  });
  await clock.advance(5 * INTERVAL_MS);
  assert.deepEqual(asked, { slow: 1, quick: 4 });
  slow.resolve();
  await settle();
  await clock.advance(INTERVAL_MS);
  assert.deepEqual(asked, { slow: 2, quick: 5 });
  await stop();
});

Deno.test("runRounds() goes on after a mistake, and logs it", async () => {
  let rounds = 0;
  const { clock, logger, stop } = start({
    kubelet(): Promise<void> {
      rounds++;
      return Promise.reject(new TypeError("a mistake"));
    },
  });
  await clock.advance(3 * INTERVAL_MS);
  assert.equal(rounds, 2);
  assert.equal(logger.lines.filter(({ level }) => level === "error").length, 2);
  await stop();
});
