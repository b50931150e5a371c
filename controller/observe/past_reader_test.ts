import assert from "node:assert/strict";

import { createFakeClock, type FakeClock, settle } from "../../kube/testing/fake_clock.ts";
import {
  createRecordingLogger,
  type RecordingLogger,
} from "../../kube/testing/recording_logger.ts";
import type { History, PastVolume, VolumePast } from "../history/history.ts";
import { createPastReader, type PastReader } from "./past_reader.ts";

const PAST: VolumePast = { aggregates: [], samples: [] };

interface Reading {
  readonly reader: PastReader;
  readonly clock: FakeClock;
  readonly log: RecordingLogger;
  /** What was read, as `UID: past` or `UID: none`. */
  readonly told: string[];
  readonly batches: number[];
  stop(): Promise<void>;
}

function start(read: History["read"]): Reading {
  const clock = createFakeClock();
  const log = createRecordingLogger();
  const told: string[] = [];
  const batches: number[] = [];
  const reader = createPastReader({
    history: {
      read(volumes, signal): ReturnType<History["read"]> {
        batches.push(volumes.length);
        return read(volumes, signal);
      },
    },
    clock,
    log,
    onRead: (uid, past) => void told.push(`${uid}: ${past === undefined ? "none" : "past"}`),
  });
  const stopping = new AbortController();
  const running = reader.run(stopping.signal);
  return {
    reader,
    clock,
    log,
    told,
    batches,
    async stop(): Promise<void> {
      stopping.abort();
      await running;
    },
  };
}

function volume(claimUid: string): PastVolume {
  return { claimUid, namespace: "shop", claimName: claimUid };
}

function pastOf(...uids: readonly string[]): ReadonlyMap<string, VolumePast> {
  return new Map(uids.map((uid) => [uid, PAST]));
}

Deno.test("want() has volumes read a few at a time, and tells what has none", async () => {
  const { reader, clock, told, batches, stop } = start(() => Promise.resolve(pastOf("a", "c")));
  await settle();
  assert.deepEqual(batches, []);
  for (const uid of ["a", "b", "c", "d", "e", "f", "g", "h", "i"]) reader.want(volume(uid));
  await settle();
  assert.deepEqual(batches, [8, 1]);
  assert.deepEqual(told.slice(0, 3), ["a: past", "b: none", "c: past"]);
  assert.equal(told.length, 9);
  assert.deepEqual(clock.sleepers(), []);
  await stop();
});

Deno.test("want() of a history that fails goes on without, and logs it", async () => {
  const { reader, told, log, stop } = start(() => Promise.reject(new Error("disk gone")));
  reader.want(volume("a"));
  await settle();
  assert.deepEqual(told, ["a: none"]);
  assert.deepEqual(log.lines.map(({ level, fields }) => [level, fields["error"]]), [
    ["warn", "disk gone"],
  ]);
  await stop();
});

Deno.test("want() of many volumes of a history that fails logs each reason once, until it has worked", async () => {
  const reasons = ["disk gone", "disk gone", "disk full", undefined, "disk full"];
  const { reader, batches, log, stop } = start(() => {
    const reason = reasons[batches.length - 1];
    return reason === undefined ? Promise.resolve(new Map()) : Promise.reject(new Error(reason));
  });
  for (let count = 0; count < 8 * reasons.length; count++) reader.want(volume(`uid-${count}`));
  await settle();
  assert.equal(batches.length, reasons.length);
  assert.deepEqual(log.lines.map(({ fields }) => fields["error"]), [
    "disk gone",
    "disk full",
    "disk full",
  ]);
  await stop();
});

Deno.test("want() of a history that never answers goes on without after ten seconds", async () => {
  let given: AbortSignal | undefined;
  const { reader, told, clock, stop } = start((_volumes, signal) => {
    given = signal;
    return new Promise(() => {});
  });
  reader.want(volume("a"));
  await clock.advance(9_999);
  assert.deepEqual(told, []);
  await clock.advance(1);
  assert.deepEqual(told, ["a: none"]);
  assert.equal(given?.aborted, true, "nobody reads for nobody");
  await stop();
});

Deno.test("forget() takes back what was wanted, also while it is read", async () => {
  const answer = Promise.withResolvers<ReadonlyMap<string, VolumePast>>();
  const { reader, told, stop } = start(() => answer.promise);
  reader.want(volume("a"));
  reader.want(volume("b"));
  await settle();
  reader.forget("a");
  answer.resolve(pastOf("a", "b"));
  await settle();
  assert.deepEqual(told, ["b: past"]);
  await stop();
});

Deno.test("run() ends when it is stopped, even while it reads, and says nothing of that", async () => {
  const { reader, log, stop } = start(() => new Promise(() => {}));
  reader.want(volume("a"));
  await settle();
  await stop();
  assert.deepEqual(log.lines, []);
});
