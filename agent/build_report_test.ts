import assert from "node:assert/strict";
import fc from "fast-check";
import { reportSchema } from "../lib/report/report.ts";
import { buildReport, type ReportContext } from "./build_report.ts";
import { DATA, sampleOf, WAL } from "./testing/builders.ts";

const CONTEXT: ReportContext = {
  nowMs: 10_000,
  agentVersion: "0.1.0",
  session: "s",
  sequence: 3,
  pod: { namespace: "db", name: "pg-1" },
  problems: [],
  history: () => [{ role: "data", ageMs: 1, usedBytes: 1, availableBytes: 1 }],
};

Deno.test("buildReport() counts ages to the moment of sending, never down", () => {
  const measurements = [sampleOf(DATA, 5_000, 7_999.2)];
  const report = buildReport({ cause: "trip", measurements, withHistory: false }, CONTEXT);
  assert.equal(report.volumes[0]?.ageMs, 2_001);
  assert.equal(report.volumes[0]?.mountPath, "/var/lib/postgresql/data");
  assert.deepEqual(report.pod, { namespace: "db", name: "pg-1" });
  assert.equal(report.cause, "trip");
  assert.equal(report.sequence, 3);
});

Deno.test("buildReport() sends the history only when asked", () => {
  const snapshot = { cause: "interval", measurements: [] } as const;
  assert.equal(buildReport({ ...snapshot, withHistory: false }, CONTEXT).history, undefined);
  assert.equal(buildReport({ ...snapshot, withHistory: true }, CONTEXT).history?.length, 1);
});

Deno.test("buildReport() claims no pod when half of its name is unknown", () => {
  const snapshot = { cause: "start", measurements: [], withHistory: false } as const;
  assert.equal(buildReport(snapshot, { ...CONTEXT, pod: { name: "pg-1" } }).pod, undefined);
});

Deno.test("buildReport() makes reports that the format accepts, whatever went wrong", () => {
  const measurement = fc.oneof(
    fc.record({ available: fc.nat(1_000_000), at: fc.double({ min: -1e9, max: 1e9, noNaN: true }) })
      .map(({ available, at }) => sampleOf(DATA, available, at)),
    fc.string({ maxLength: 2_000 }).map((error) =>
      ({ kind: "unreadable", volume: WAL, error }) as const
    ),
  );
  const problems = fc.array(fc.string({ maxLength: 2_000 }), { maxLength: 40 });
  fc.assert(
    fc.property(fc.array(measurement, { maxLength: 64 }), problems, (measurements, texts) => {
      const snapshot = { cause: "change", measurements, withHistory: true } as const;
      const report = buildReport(snapshot, { ...CONTEXT, problems: texts });
      assert.deepEqual(reportSchema.parse(JSON.parse(JSON.stringify(report))), report);
      assert.equal(report.volumes.length + report.unreadable.length, measurements.length);
    }),
  );
});
