import assert from "node:assert/strict";
import { createFakeClock, type FakeClock } from "../../../kube/testing/fake_clock.ts";
import {
  createRecordingLogger,
  type RecordingLogger,
} from "../../../kube/testing/recording_logger.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../../../lib/units/millis.ts";
import type { History } from "../history.ts";
import { pastRecord, pastVolume, VOLUME } from "../testing/records.ts";
import type { Answer, Question } from "./messages.ts";
import { createSqliteHistory } from "./sqlite_history.ts";
import { writtenSamples } from "./written_samples.ts";
import { DONE, type ScriptedWorkers, scriptedWorkers } from "./testing/scripted_worker.ts";

const FULL: Answer = { kind: "failed", message: "the volume is full", notes: [] };
const NEVER = new AbortController().signal;

interface Fixture {
  readonly history: History;
  readonly workers: ScriptedWorkers;
  readonly clock: FakeClock;
  readonly logger: RecordingLogger;
}

function fixture(): Fixture {
  const workers = scriptedWorkers();
  const clock = createFakeClock();
  const logger = createRecordingLogger();
  const history = createSqliteHistory({ startWorker: workers.start, clock, logger });
  return { history, workers, clock, logger };
}

/** Hands over samples that are taken now. */
function record({ history, clock }: Fixture, ...sizes: readonly number[]): void {
  for (const usedBytes of sizes) {
    history.record(pastRecord({ usedBytes, takenAtMs: clock.now() }));
  }
}

/** Sizes of the samples that were to be written, by question. */
function written({ workers }: Fixture): number[][] {
  return workers.questions.flatMap((question) =>
    question.kind === "write" ? [[...question.samples.usedBytes]] : []
  );
}

function lastWrite({ workers }: Fixture): Extract<Question, { kind: "write" }> | undefined {
  return workers.questions.findLast((question) => question.kind === "write");
}

function levels({ logger }: Fixture): string[] {
  return logger.lines.map(({ level, message }) => `${level}: ${message}`);
}

Deno.test("createSqliteHistory() starts nothing before it is used", async () => {
  const given = fixture();
  await given.clock.advance(HOUR);
  assert.deepEqual(given.history.state(), { kind: "kept" });
  await given.history.close(SECOND);
  assert.equal(given.workers.started(), 0);
});

Deno.test("createSqliteHistory() writes once a minute what came meanwhile", async () => {
  const given = fixture();
  record(given, 1, 2);
  await given.clock.advance(30 * SECOND);
  record(given, 3);
  assert.deepEqual(written(given), []);
  await given.clock.advance(30 * SECOND);
  assert.deepEqual(written(given), [[1, 2, 3]]);
  await given.clock.advance(10 * MINUTE);
  assert.equal(written(given).length, 1);
  given.history.forget("first");
  await given.clock.advance(MINUTE);
  assert.deepEqual(lastWrite(given), {
    kind: "write",
    nowMs: given.clock.now(),
    samples: writtenSamples([]),
    forgotten: ["first"],
  });
  await given.history.close(SECOND);
});

Deno.test("createSqliteHistory() has a thread while there is something to write, and no longer", async () => {
  const given = fixture();
  for (const minute of [1, 2, 3]) {
    record(given, minute);
    await given.clock.advance(MINUTE);
    assert.deepEqual([given.workers.started(), given.workers.terminated()], [minute, minute]);
  }
  await given.clock.advance(HOUR);
  await given.history.close(SECOND);
  assert.deepEqual(given.workers.questions.map(({ kind }) => kind), [
    ...["write", "close"],
    ...["write", "close"],
    ...["write", "close"],
  ]);
});

Deno.test("createSqliteHistory() tells of a disk that hangs when its file is closed, and that it answers", async () => {
  const given = fixture();
  given.workers.script = ({ kind }) => kind === "close" ? undefined : DONE;
  record(given, 1);
  await given.clock.advance(MINUTE + 30 * SECOND);
  assert.equal(given.history.state().kind, "unavailable");
  given.workers.answer(DONE);
  await given.clock.advance(1);
  assert.equal(given.history.state().kind, "kept");
  assert.equal(given.workers.terminated(), 1);
  given.workers.script = () => DONE;
  await given.history.close(SECOND);
});

Deno.test("createSqliteHistory() drops a sample from the future", async () => {
  const given = fixture();
  given.history.record(pastRecord({ takenAtMs: given.clock.now() + 1 }));
  record(given, 2);
  await given.clock.advance(MINUTE);
  assert.deepEqual(written(given), [[2]]);
  await given.history.close(SECOND);
});

Deno.test("createSqliteHistory() ages nothing by a clock that is set ahead", async () => {
  const given = fixture();
  record(given, 1);
  await given.clock.advance(MINUTE);
  const writtenAtMs = given.clock.now();
  given.clock.jump(400 * DAY);
  record(given, 2);
  await given.clock.advance(MINUTE);
  assert.equal(lastWrite(given)?.nowMs, writtenAtMs + MINUTE);
  await given.history.close(SECOND);
});

Deno.test("createSqliteHistory() tries again what could not be written, ever more rarely", async () => {
  const given = fixture();
  given.workers.script = () => FULL;
  record(given, 1);
  await given.clock.advance(MINUTE);
  assert.deepEqual(given.history.state(), { kind: "unavailable", message: FULL.message });
  record(given, 2);
  for (const waitMs of [2, 4, 5, 5].map((minutes) => minutes * MINUTE)) {
    const before = written(given).length;
    await given.clock.advance(waitMs - 1);
    assert.equal(written(given).length, before);
    await given.clock.advance(1);
    assert.deepEqual(written(given).at(-1), [1, 2]);
  }
  given.workers.script = () => DONE;
  await given.clock.advance(5 * MINUTE);
  assert.deepEqual(given.history.state(), { kind: "kept" });
  assert.deepEqual(levels(given), [
    "warn: the history is not kept",
    "info: the history is kept again",
  ]);
  record(given, 3);
  await given.clock.advance(MINUTE);
  assert.deepEqual(written(given).at(-1), [3]);
  await given.history.close(SECOND);
});

Deno.test("createSqliteHistory() goes on while the disk hangs, and recovers when it answers", async () => {
  const given = fixture();
  given.workers.script = () => undefined;
  record(given, 1);
  await given.clock.advance(MINUTE);
  assert.deepEqual(given.history.state(), { kind: "kept" });
  await given.clock.advance(30 * SECOND);
  const state = given.history.state();
  assert.match(state.kind === "unavailable" ? state.message : "", /answer of its disk within 30 s/);
  for (let minute = 0; minute < 60; minute++) {
    record(given, minute);
    await given.clock.advance(MINUTE);
  }
  // Nothing more is asked of a thread that hangs, and no other is started.
  assert.equal(given.workers.questions.length, 1);
  assert.equal(given.workers.started(), 1);
  given.workers.script = () => DONE;
  given.workers.answer(DONE);
  await given.clock.advance(MINUTE);
  assert.deepEqual(given.history.state(), { kind: "kept" });
  assert.equal(written(given).flat().length, 61);
  await given.history.close(SECOND);
});

Deno.test("createSqliteHistory() drops the oldest when too much waits", async () => {
  const given = fixture();
  given.workers.script = () => FULL;
  record(given, ...Array.from({ length: 50_001 }, (_, index) => index));
  given.workers.script = () => DONE;
  await given.clock.advance(MINUTE);
  const sizes = written(given).flat();
  assert.equal(sizes.length, 45_001);
  assert.equal(sizes[0], 5_000);
  assert.ok(written(given).every((batch) => batch.length <= 20_000));
  await given.history.close(SECOND);
});

Deno.test("createSqliteHistory() starts a thread that died anew, and loses nothing", async () => {
  const given = fixture();
  given.workers.script = () => undefined;
  record(given, 1);
  await given.clock.advance(MINUTE);
  given.workers.die("out of memory");
  await given.clock.advance(1);
  const state = given.history.state();
  assert.match(state.kind === "unavailable" ? state.message : "", /ended: out of memory/);
  given.workers.script = () => DONE;
  await given.clock.advance(2 * MINUTE);
  assert.deepEqual(given.history.state(), { kind: "kept" });
  assert.deepEqual(written(given), [[1], [1]]);
  assert.equal(given.workers.started(), 2);
  await given.history.close(SECOND);
});

Deno.test("createSqliteHistory() passes on what somebody should know", async () => {
  const given = fixture();
  given.workers.script = () => ({ ...DONE, notes: ["it was set aside"] });
  record(given, 1);
  await given.clock.advance(MINUTE);
  assert.deepEqual(levels(given), ["warn: the history began anew"]);
  assert.equal(given.logger.lines[0]?.fields["reason"], "it was set aside");
  await given.history.close(SECOND);
});

Deno.test("read() gives ages, leaves the future out and asks one thing at a time", async () => {
  const given = fixture();
  const hour = Math.floor(given.clock.now() / HOUR);
  // A sample at the beginning of this hour, and one of an hour that is to come.
  const packed = Uint8Array.from([0, 7]);
  const aggregate = { minBytes: 1, maxBytes: 3, lastBytes: 2, count: 9, withWal: false };
  const past = {
    claimUid: "first",
    aggregates: [{ hour: hour - 30, ...aggregate }, { hour: hour + 1, ...aggregate }],
    hours: [[hour, packed], [hour + 1, packed]] as const,
  };
  let open = 0;
  given.workers.script = () => {
    assert.equal(open++, 0);
    queueMicrotask(() => open--);
    return { ...DONE, pasts: [past] };
  };
  await given.clock.advance(MINUTE);
  const [pasts] = await Promise.all([
    given.history.read([VOLUME, pastVolume("second")], NEVER),
    given.history.read([VOLUME], NEVER),
  ]);
  assert.deepEqual([...pasts.keys()], ["first"]);
  assert.deepEqual(pasts.get("first"), {
    samples: [{
      ageMs: given.clock.now() - hour * HOUR,
      sample: { kind: "known", usedBytes: 7, basis: "blocks" },
    }],
    aggregates: [{
      ageMs: given.clock.now() - (hour - 29) * HOUR,
      aggregate: { minBytes: 1, maxBytes: 3, lastBytes: 2, count: 9, basis: "blocks" },
    }],
  });
  await given.history.close(SECOND);
});

Deno.test("read() of nothing asks nobody", async () => {
  const given = fixture();
  assert.equal((await given.history.read([], NEVER)).size, 0);
  assert.equal(given.workers.started(), 0);
});

Deno.test("read() rejects where the file cannot be read, until it can", async () => {
  const given = fixture();
  given.workers.script = () => FULL;
  await assert.rejects(given.history.read([VOLUME], NEVER), /the volume is full/);
  assert.equal(given.history.state().kind, "unavailable");
  given.workers.script = () => DONE;
  await given.history.read([VOLUME], NEVER);
  assert.equal(given.history.state().kind, "kept");
});

Deno.test("read() rejects in time while the disk hangs, and asks it nothing more", async () => {
  const given = fixture();
  given.workers.script = () => undefined;
  const reads = [given.history.read([VOLUME], NEVER), given.history.read([VOLUME], NEVER)];
  const rejected = [
    assert.rejects(reads[0] ?? Promise.resolve(), /an answer within 8 s, found none/),
    assert.rejects(reads[1] ?? Promise.resolve(), /its disk does not answer/),
  ];
  await given.clock.advance(8 * SECOND);
  await Promise.all(rejected);
  assert.equal(given.workers.questions.length, 1);
  given.workers.script = () => DONE;
  given.workers.answer(DONE);
  await given.clock.advance(1);
  await given.history.read([VOLUME], NEVER);
  assert.equal(given.history.state().kind, "kept");
});

Deno.test("read() rejects when it is aborted, which is no trouble of the history's", async () => {
  const given = fixture();
  given.workers.script = () => undefined;
  const stop = new AbortController();
  const reading = given.history.read([VOLUME], stop.signal);
  await given.clock.advance(1);
  stop.abort(new Error("enough"));
  await assert.rejects(reading, /enough/);
  assert.equal(given.history.state().kind, "kept");
  const closing = given.history.close(SECOND);
  await given.clock.advance(SECOND);
  await closing;
});

Deno.test("close() writes what waits, closes the file and ends the thread", async () => {
  const given = fixture();
  record(given, 1, 2);
  const closing = given.history.close(SECOND);
  assert.equal(given.history.close(SECOND), closing);
  await closing;
  const kinds = given.workers.questions.map((question: Question) => question.kind);
  assert.deepEqual([kinds, written(given)], [["write", "close"], [[1, 2]]]);
  assert.equal(given.workers.terminated(), 1);
  record(given, 3);
  await given.clock.advance(HOUR);
  assert.equal(given.workers.questions.length, 2);
  assert.deepEqual(given.clock.sleepers(), []);
  await assert.rejects(given.history.read([VOLUME], NEVER), /it is closed/);
});

Deno.test("close() lets go of a disk that hangs", async () => {
  const given = fixture();
  given.workers.script = () => undefined;
  record(given, 1);
  const closing = given.history.close(3 * SECOND);
  await given.clock.advance(3 * SECOND);
  await closing;
  assert.deepEqual([given.workers.started(), given.workers.terminated()], [1, 1]);
  assert.equal(given.logger.lines.at(-1)?.fields["samples"], 1);
  await given.clock.advance(MINUTE);
  assert.deepEqual(given.clock.sleepers(), []);
});
