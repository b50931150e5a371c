import assert from "node:assert/strict";
import {
  type Report,
  REPORT_FORMAT,
  type ReportAnswer,
  reportSchema,
} from "../../lib/report/report.ts";
import { type ReportOutcome, startReporters } from "./reporter.ts";
import { addOrders, GIB, MIB, type TestWorld, testWorld } from "./testing/test_world.ts";

/** Collects what is reported, and answers as it is told to. */
function collect(test: TestWorld, answer: () => ReportOutcome): [number, Report][] {
  const startMs = test.clock.now();
  const reports: [number, Report][] = [];
  startReporters(test.world, (token, report) => {
    assert.ok(test.world.server.identify(token));
    reports.push([test.clock.now() - startMs, reportSchema.parse(report)]);
    return Promise.resolve(answer());
  });
  return reports;
}

function answered(fields: Partial<ReportAnswer> = {}): ReportOutcome {
  const answer = { format: REPORT_FORMAT, trips: [], intervalMs: 30_000, wantHistory: false };
  return { kind: "answered", answer: { ...answer, format: REPORT_FORMAT, ...fields } };
}

function causes(reports: readonly [number, Report][]): string[] {
  return reports.map(([atMs, { cause }]) => `${atMs / 1_000} ${cause}`);
}

Deno.test("a reporter begins with its pod and reports on its interval", async () => {
  const test = testWorld();
  addOrders(test.world, { instances: 1 });
  const reports = collect(test, () => answered());
  await test.run(65_000);
  assert.deepEqual(causes(reports), ["1 start", "31 interval", "61 interval"]);
  const sample = reports[0]?.[1].volumes[0];
  assert.equal(sample?.mountPath, "/var/lib/postgresql/data");
  assert.equal(sample?.totalBytes, (sample?.usedBytes ?? 0) + (sample?.availableBytes ?? 0));
});

Deno.test("a reporter says at once that a trip was crossed, and repeats it until it is given another", async () => {
  const test = testWorld();
  addOrders(test.world, {
    instances: 1,
    workload: { walBytesPerSecond: 0, dataBytesPerSecond: 100 * MIB },
  });
  let trips = [{ role: "data", availableBelowBytes: 7 * GIB }];
  const reports = collect(test, () => answered({ trips }));
  await test.run(20_000);
  assert.deepEqual(causes(reports).slice(0, 4), ["1 start", "11 trip", "14 repeat", "17 repeat"]);
  const [, crossed] = reports[1] ?? [];
  assert.ok((crossed?.volumes[0]?.availableBytes ?? Infinity) < 7 * GIB);
  trips = [];
  await test.run(20_000);
  assert.deepEqual(causes(reports).slice(4), ["20 repeat", "23 repeat"]);
});

Deno.test("a reporter tells that a file system has grown", async () => {
  const test = testWorld();
  const cluster = addOrders(test.world, { instances: 1 });
  const reports = collect(test, () => answered());
  await test.run(10_000);
  cluster.instances[0]?.volumes[0]?.fileSystem.growTo(20 * GIB);
  await test.run(3_000);
  assert.deepEqual(causes(reports), ["1 start", "11 change"]);
});

Deno.test("a reporter hands its history over while it is wanted", async () => {
  const test = testWorld();
  addOrders(test.world, { instances: 1 });
  let wantHistory = false;
  const reports = collect(test, () => answered({ wantHistory }));
  await test.run(300_000);
  wantHistory = true;
  await test.run(60_000);
  const withHistory = reports.filter(([, { history }]) => history !== undefined);
  assert.equal(withHistory.length, 1);
  assert.equal(withHistory[0]?.[1].history?.length, 12);
  assert.ok(
    withHistory[0]?.[1].history?.every(({ ageMs }, index, all) =>
      ageMs < (all[index - 1]?.ageMs ?? Infinity)
    ),
  );
});

Deno.test("a reporter tries again soon when it was not heard, and later when it was refused", async () => {
  for (
    const [outcome, expected] of [
      [{ kind: "failed", problem: "no leader" }, ["1 start", "3 repeat", "5 repeat"]],
      [{ kind: "refused", problem: "no such pod" }, ["1 start"]],
    ] as const
  ) {
    const test = testWorld();
    addOrders(test.world, { instances: 1 });
    const reports = collect(test, () => outcome);
    await test.run(6_000);
    assert.deepEqual(causes(reports), expected);
  }
});

Deno.test("a reporter begins anew with a new pod, and outlives a server that has no room", async () => {
  const test = testWorld();
  const cluster = addOrders(test.world, { instances: 1 });
  cluster.instances[0]?.volumes[0]?.fillTo(8 * MIB);
  const reports = collect(test, () => answered());
  await test.run(40_000);
  assert.equal(cluster.primary, undefined);
  assert.equal(reports.length, 2);
  cluster.instances[0]?.replacePod();
  await test.run(20_000);
  assert.equal(reports.length, 3);
  assert.equal(reports[2]?.[1].cause, "start");
  assert.notEqual(reports[2]?.[1].session, reports[0]?.[1].session);
});

Deno.test("clusters without agents report nothing", async () => {
  const test = testWorld();
  addOrders(test.world, { agents: false });
  const reports = collect(test, () => answered());
  await test.run(60_000);
  assert.deepEqual(reports, []);
});
