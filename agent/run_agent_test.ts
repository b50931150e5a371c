import assert from "node:assert/strict";
import fc from "fast-check";
import { createFakeClock, type FakeClock, settle } from "../kube/testing/fake_clock.ts";
import { createRecordingLogger, type RecordingLogger } from "../kube/testing/recording_logger.ts";
import { type Report, type ReportAnswer, reportSchema } from "../lib/report/report.ts";
import { parseConfig } from "./config.ts";
import type { PathKind } from "./locate_volumes.ts";
import type { FileSystemStatistics } from "./measure.ts";
import type { SendOutcome } from "./outbox.ts";
import { runAgent } from "./run_agent.ts";
import { answerWith, dataTrip, statisticsWith } from "./testing/builders.ts";

const TICK_MS = 1_000;

/** An agent in a pod with a data volume; every moment of it is in the test's hand. */
class World {
  readonly clock: FakeClock = createFakeClock();
  readonly logger: RecordingLogger = createRecordingLogger();
  readonly reports: Report[] = [];
  readonly stop = new AbortController();
  tablespaces: string[] = [];
  availableBytes = 500_000;
  blocks = 1_000n;
  respond: (report: Report) => Promise<SendOutcome<ReportAnswer>> = () =>
    Promise.resolve({ kind: "answered", answer: answerWith() });
  kindOf: (path: string) => Promise<PathKind> = (path) =>
    Promise.resolve(path.endsWith("/wal") ? "absent" : "directory");
  statistics: () => Promise<FileSystemStatistics> = () =>
    Promise.resolve(statisticsWith(this.availableBytes, { blocks: this.blocks }));
  problems: readonly string[] = [];
  config = parseConfig({ pod: { namespace: "db", name: "pg-1" } }, {}).config;
  readonly done: Promise<void>;

  constructor() {
    this.done = runAgent({
      clock: this.clock,
      random: () => 0.5,
      logger: this.logger,
      directories: {
        kindOf: (path) => this.kindOf(path),
        names: () => Promise.resolve(this.tablespaces),
      },
      probe: { statistics: () => this.statistics() },
      sender: {
        send: (report) => {
          this.reports.push(reportSchema.parse(report));
          return this.respond(report);
        },
        close: () => {},
      },
      settings: {
        config: () => this.config,
        problems: () => this.problems,
        reload: () => Promise.resolve(),
      },
      agentVersion: "0.1.0",
      session: "session",
      problems: ["Unknown argument"],
    }, this.stop.signal);
  }

  causes(): string[] {
    return this.reports.map(({ cause }) => cause);
  }

  answer(answer: ReportAnswer): void {
    this.respond = () => Promise.resolve({ kind: "answered", answer });
  }

  async end(): Promise<void> {
    this.stop.abort();
    await this.done;
  }
}

Deno.test("runAgent() reports at its start and then every interval", async () => {
  const world = new World();
  await settle();
  assert.deepEqual(world.causes(), ["start"]);
  await world.clock.advance(60_000);
  assert.deepEqual(world.causes(), ["start", "interval", "interval"]);
  assert.deepEqual(world.reports.map(({ sequence }) => sequence), [0, 1, 2]);
  const [report] = world.reports;
  assert.equal(report?.volumes[0]?.availableBytes, 500_000);
  assert.deepEqual(report?.degraded, ["Unknown argument"]);
  assert.deepEqual(report?.pod, { namespace: "db", name: "pg-1" });
  await world.end();
});

Deno.test("runAgent() reports a crossed trip within a tick and repeats it every few seconds", async () => {
  const world = new World();
  world.answer(answerWith([dataTrip(400_000)]));
  await world.clock.advance(10_000);
  world.availableBytes = 399_000;
  await world.clock.advance(TICK_MS);
  assert.deepEqual(world.causes(), ["start", "trip"]);
  assert.equal(world.reports.at(-1)?.volumes[0]?.availableBytes, 399_000);
  assert.equal(world.reports.at(-1)?.volumes[0]?.ageMs, 0);
  await world.clock.advance(9_000);
  assert.deepEqual(world.causes(), ["start", "trip", "repeat", "repeat", "repeat"]);
  world.answer(answerWith([dataTrip(300_000)]));
  await world.clock.advance(20_000);
  assert.deepEqual(world.causes().slice(5), ["repeat"]);
  await world.end();
});

Deno.test("runAgent() reports tablespaces that appear and vanish within a minute", async () => {
  const world = new World();
  await settle();
  world.tablespaces = ["fast"];
  await world.clock.advance(60_000);
  assert.ok(world.causes().includes("change"));
  assert.deepEqual(world.reports.at(-1)?.volumes.map(({ role }) => role), ["data", "tbs:fast"]);
  world.tablespaces = [];
  await world.clock.advance(62_000);
  assert.deepEqual(world.reports.at(-1)?.volumes.map(({ role }) => role), ["data"]);
  await world.end();
});

Deno.test("runAgent() reports a file system that grew within a tick", async () => {
  const world = new World();
  await world.clock.advance(5_000);
  world.blocks = 2_000n;
  await world.clock.advance(TICK_MS);
  assert.deepEqual(world.causes(), ["start", "change"]);
  assert.equal(world.reports.at(-1)?.volumes[0]?.deviceBytes, 2_000_000);
  await world.end();
});

Deno.test("runAgent() reports the data volume as unreadable when everything hangs from the start", async () => {
  const world = new World();
  world.kindOf = () => new Promise(() => {});
  world.statistics = () => new Promise(() => {});
  await world.clock.advance(10_000);
  assert.deepEqual(world.causes(), ["start"]);
  assert.equal(world.reports[0]?.unreadable[0]?.role, "data");
  await world.end();
});

Deno.test("runAgent() sends the history when the controller asks for it", async () => {
  const world = new World();
  await world.clock.advance(120_000);
  world.answer(answerWith([], { wantHistory: true }));
  await world.clock.advance(31_000);
  assert.equal(world.causes().at(-1), "order");
  assert.ok((world.reports.at(-1)?.history?.length ?? 0) >= 5);
  await world.end();
});

Deno.test("runAgent() keeps its trips while the controller is away, and says once that it is", async () => {
  const world = new World();
  world.answer(answerWith([dataTrip(400_000)]));
  await world.clock.advance(5_000);
  world.respond = () => Promise.resolve({ kind: "failed", problem: "no route" });
  world.availableBytes = 300_000;
  await world.clock.advance(60_000);
  assert.equal(world.causes()[1], "trip");
  const attempts = world.reports.length;
  assert.ok(attempts >= 15, `an urgent report is tried every few seconds, found ${attempts}`);
  assert.ok(attempts <= 62);
  world.answer(answerWith());
  await world.clock.advance(5_000);
  const said = world.logger.lines.filter(({ message }) =>
    /report/i.test(message) && message !== "Reporting"
  );
  assert.deepEqual(said.map(({ level }) => level), ["info", "warn", "info"]);
  await world.end();
});

Deno.test("runAgent() says once that it is refused and goes on trying slowly", async () => {
  const world = new World();
  world.respond = () => Promise.resolve({ kind: "refused", problem: "401" });
  await world.clock.advance(120_000);
  assert.ok(world.reports.length >= 4 && world.reports.length <= 9, `${world.reports.length}`);
  assert.equal(world.logger.lines.filter(({ level }) => level === "error").length, 1);
  await world.end();
});

Deno.test("runAgent() has one request under way and reports every crossing within a tick of being able to", async () => {
  const step = fc.record({
    availableBytes: fc.nat(1_000).map((blocks) => blocks * 1_000),
    trip: fc.nat(1_000_000),
    answerMs: fc.nat(3_000),
    fails: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), async (steps) => {
      const world = new World();
      let underWay = 0;
      let most = 0;
      let current: ReportAnswer = answerWith();
      let accepted: ReportAnswer | undefined;
      let delayMs = 0;
      let fails = false;
      world.respond = async (): Promise<SendOutcome<ReportAnswer>> => {
        most = Math.max(most, ++underWay);
        await world.clock.sleep(delayMs);
        underWay--;
        if (fails) return { kind: "failed", problem: "no route" };
        accepted = current;
        return { kind: "answered", answer: current };
      };
      for (const { availableBytes, trip, answerMs, fails: failing } of steps) {
        current = answerWith([dataTrip(trip)]);
        delayMs = answerMs;
        fails = failing;
        await world.clock.advance(4_000);
        const known = tripOf(accepted);
        const before = world.reports.length;
        const reportedBytes = world.reports.at(-1)?.volumes[0]?.availableBytes ?? 0;
        world.availableBytes = availableBytes;
        await world.clock.advance(TICK_MS);
        // A request that was under way at the crossing goes first.
        if (underWay > 0) await world.clock.advance(delayMs);
        // After one that failed, the next tick sends.
        if (fails) await world.clock.advance(TICK_MS);
        if (availableBytes >= known || reportedBytes < known || tripOf(accepted) !== known) {
          continue;
        }
        const told = world.reports.slice(before).map(({ volumes }) => volumes[0]?.availableBytes);
        assert.ok(
          told.includes(availableBytes),
          `${availableBytes} below ${known} was not reported`,
        );
      }
      assert.equal(most, 1);
      await world.end();
    }),
    { numRuns: 25 },
  );
});

function tripOf(answer: ReportAnswer | undefined): number {
  return answer?.trips[0]?.availableBelowBytes ?? 0;
}
