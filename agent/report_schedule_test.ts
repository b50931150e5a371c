import assert from "node:assert/strict";
import fc from "fast-check";
import { createFakeClock, type FakeClock } from "../kube/testing/fake_clock.ts";
import { CHANGE_SPACING_MS, createReportSchedule, type ReportSchedule } from "./report_schedule.ts";
import { answerWith, DATA, dataTrip, sampleOf, WAL } from "./testing/builders.ts";

const REPEAT_MS = 3_000;

/** A schedule that has reported its start with 500 bytes left on the data volume. */
function started(
  clock: FakeClock = createFakeClock(),
): { schedule: ReportSchedule; clock: FakeClock } {
  const intervals = { reportMs: 30_000, repeatMs: REPEAT_MS };
  const schedule = createReportSchedule({ clock, intervals: () => intervals });
  schedule.setVolumes([DATA]);
  schedule.observe(sampleOf(DATA, 500));
  assert.equal(schedule.take()?.cause, "start");
  return { schedule, clock };
}

Deno.test("take() gives the first report once every volume was looked at", () => {
  const clock = createFakeClock();
  const schedule = createReportSchedule({
    clock,
    intervals: () => ({ reportMs: 30_000, repeatMs: REPEAT_MS }),
  });
  assert.equal(schedule.take(), undefined);
  schedule.setVolumes([DATA, WAL]);
  schedule.observe({ kind: "unreadable", volume: WAL, error: "EIO" });
  assert.equal(schedule.take(), undefined);
  schedule.observe(sampleOf(DATA, 500));
  const report = schedule.take();
  assert.equal(report?.cause, "start");
  assert.deepEqual(report?.measurements.map(({ volume }) => volume), [DATA, WAL]);
});

Deno.test("take() gives a first report when there is no volume at all", () => {
  const schedule = createReportSchedule({
    clock: createFakeClock(),
    intervals: () => ({ reportMs: 30_000, repeatMs: REPEAT_MS }),
  });
  schedule.setVolumes([]);
  assert.deepEqual(schedule.take(), { cause: "start", measurements: [], withHistory: false });
});

Deno.test("take() gives a report per interval, the configured one until the controller has given one", async () => {
  const { schedule, clock } = started();
  await clock.advance(29_999);
  assert.equal(schedule.take(), undefined);
  await clock.advance(1);
  assert.equal(schedule.take()?.cause, "interval");
  schedule.accept(answerWith([], { intervalMs: 5_000 }));
  await clock.advance(5_000);
  assert.equal(schedule.take()?.cause, "interval");
});

Deno.test("take() gives a trip at once when it is crossed and repeats until there is one that is not", async () => {
  const { schedule, clock } = started();
  schedule.accept(answerWith([dataTrip(400)]));
  schedule.observe(sampleOf(DATA, 400));
  assert.equal(schedule.take(), undefined, "400 is not below 400");
  schedule.observe(sampleOf(DATA, 399));
  assert.equal(schedule.take()?.cause, "trip");
  assert.equal(schedule.take(), undefined);
  schedule.accept(answerWith([dataTrip(400)]));
  assert.equal(schedule.take(), undefined, "the same trip again is no news");
  await clock.advance(REPEAT_MS);
  assert.equal(schedule.take()?.cause, "repeat");
  schedule.accept(answerWith([dataTrip(300)]));
  await clock.advance(REPEAT_MS);
  assert.equal(schedule.take(), undefined);
});

Deno.test("take() gives a trip at once when the volume fell below it while the answer was under way", () => {
  const { schedule } = started();
  schedule.observe(sampleOf(DATA, 100));
  schedule.accept(answerWith([dataTrip(200)]));
  assert.equal(schedule.take()?.cause, "trip");
});

Deno.test("take() repeats a trip that the reported volume was below already", async () => {
  const { schedule, clock } = started();
  schedule.accept(answerWith([dataTrip(600)]));
  assert.equal(schedule.take(), undefined);
  await clock.advance(REPEAT_MS);
  assert.equal(schedule.take()?.cause, "repeat");
});

Deno.test("take() evaluates no trip of a volume that is unreadable", async () => {
  const { schedule, clock } = started();
  schedule.accept(answerWith([dataTrip(600)]));
  schedule.observe({ kind: "unreadable", volume: DATA, error: "EIO" });
  await clock.advance(CHANGE_SPACING_MS);
  assert.equal(schedule.take()?.cause, "change");
  await clock.advance(REPEAT_MS);
  assert.equal(schedule.take(), undefined);
});

const CHANGES: Record<string, (schedule: ReportSchedule) => void> = {
  "a volume appears": (schedule) => {
    schedule.setVolumes([DATA, WAL]);
    schedule.observe(sampleOf(WAL, 500));
  },
  "a volume vanishes": (schedule) => schedule.setVolumes([]),
  "a volume becomes unreadable": (schedule) =>
    schedule.observe({ kind: "unreadable", volume: DATA, error: "EIO" }),
  "a file system grows": (schedule) => schedule.observe(sampleOf(DATA, 500, 0, 2_000_000)),
};

for (const [name, change] of Object.entries(CHANGES)) {
  Deno.test(`take() gives a change at once when ${name}, and only once`, async () => {
    const { schedule, clock } = started();
    change(schedule);
    assert.equal(schedule.take()?.cause, "change");
    await clock.advance(CHANGE_SPACING_MS);
    assert.equal(schedule.take(), undefined);
  });
}

Deno.test("take() gives the changes of a volume in flux not too often", async () => {
  const { schedule, clock } = started();
  let reports = 0;
  for (let elapsedMs = 0; elapsedMs < 10 * CHANGE_SPACING_MS; elapsedMs += 100) {
    schedule.observe(sampleOf(DATA, 500, elapsedMs, 1_000_000 + elapsedMs));
    if (schedule.take()?.cause === "change") reports++;
    await clock.advance(100);
  }
  assert.equal(reports, 10);
});

Deno.test("take() gives nothing when only the use of a volume changes", async () => {
  const { schedule, clock } = started();
  await clock.advance(CHANGE_SPACING_MS);
  schedule.observe(sampleOf(DATA, 1));
  assert.equal(schedule.take(), undefined);
});

Deno.test("take() hands the history out at once when asked, then at most once per interval", async () => {
  const { schedule, clock } = started();
  schedule.accept(answerWith([], { wantHistory: true }));
  const first = schedule.take();
  assert.deepEqual([first?.cause, first?.withHistory], ["order", true]);
  schedule.accept(answerWith([], { wantHistory: true }));
  assert.equal(schedule.take(), undefined);
  await clock.advance(30_000);
  assert.equal(schedule.take()?.withHistory, true);
  schedule.accept(answerWith());
  await clock.advance(30_000);
  assert.equal(schedule.take()?.withHistory, false);
});

Deno.test("observe() ignores a volume that is no longer there", () => {
  const { schedule } = started();
  schedule.setVolumes([]);
  assert.equal(schedule.take()?.cause, "change");
  schedule.observe(sampleOf(DATA, 1));
  schedule.accept(answerWith([dataTrip(400)]));
  assert.equal(schedule.take(), undefined);
});

Deno.test("take() reports every first crossing at the very sample, and never more than its rules allow", async () => {
  const step = fc.record({
    available: fc.nat(1_000),
    elapsedMs: fc.nat(4_000),
    trip: fc.nat(1_000),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { schedule, clock } = started();
      let tripBytes = 0;
      let reportedBytes = 500;
      let reportedAtMs = 0;
      for (const { available, elapsedMs, trip } of steps) {
        await clock.advance(elapsedMs);
        schedule.observe(sampleOf(DATA, available));
        const report = schedule.take();
        const isFirstCrossing = available < tripBytes && reportedBytes >= tripBytes;
        assert.equal(report?.cause === "trip", isFirstCrossing);
        const quietMs = clock.monotonic() - reportedAtMs;
        if (available < tripBytes && quietMs >= REPEAT_MS) assert.ok(report !== undefined);
        if (report === undefined) continue;
        if (!isFirstCrossing) assert.ok(quietMs >= REPEAT_MS);
        reportedBytes = available;
        reportedAtMs = clock.monotonic();
        tripBytes = trip;
        schedule.accept(answerWith([dataTrip(trip)]));
      }
    }),
    { numRuns: 50 },
  );
});
