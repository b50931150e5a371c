import assert from "node:assert/strict";

import { type Report, REPORT_VOLUMES_MAX, reportAnswerSchema, reportSchema } from "./report.ts";

const SAMPLE: Report["volumes"][number] = {
  role: "data",
  mountPath: "/var/lib/postgresql/data",
  ageMs: 0,
  totalBytes: 100,
  usedBytes: 40,
  availableBytes: 60,
  deviceBytes: 100,
  inodesTotal: 0,
  inodesAvailable: 0,
};

const REPORT: Report = {
  format: 1,
  agentVersion: "0.1.0",
  sequence: 0,
  session: "a",
  cause: "start",
  volumes: [SAMPLE],
  unreadable: [{ role: "wal", mountPath: "/wal", error: "EACCES" }],
  degraded: [],
};

const ANSWER = {
  format: 1,
  trips: [{ role: "wal", availableBelowBytes: 1 }],
  intervalMs: 30_000,
  wantHistory: false,
};

Deno.test("reportSchema accepts a report as it stands", () => {
  const full = {
    ...REPORT,
    pod: { namespace: "shop", name: "orders-1" },
    history: [{ role: "tbs:archive", ageMs: 86_400_000, usedBytes: 1, availableBytes: 2 }],
  };
  for (const report of [REPORT, full]) {
    assert.deepEqual(reportSchema.parse(JSON.parse(JSON.stringify(report))), report);
  }
});

const REFUSED: readonly [string, unknown][] = [
  ["another format", { ...REPORT, format: 2 }],
  ["a clock time", { ...REPORT, sentAt: "2026-01-01T00:00:00Z" }],
  ["an unknown cause", { ...REPORT, cause: "whim" }],
  ["a negative sequence", { ...REPORT, sequence: -1 }],
  ["a role that is none", { ...REPORT, volumes: [{ ...SAMPLE, role: "tbs:" }] }],
  ["a negative age", { ...REPORT, volumes: [{ ...SAMPLE, ageMs: -1 }] }],
  ["an age beyond a day", { ...REPORT, volumes: [{ ...SAMPLE, ageMs: 86_400_001 }] }],
  ["a fraction of a byte", { ...REPORT, volumes: [{ ...SAMPLE, usedBytes: 0.5 }] }],
  ["a size beyond exact numbers", { ...REPORT, volumes: [{ ...SAMPLE, usedBytes: 2 ** 53 }] }],
  ["a sample without a size", { ...REPORT, volumes: [{ ...SAMPLE, totalBytes: undefined }] }],
  [
    "too many volumes",
    { ...REPORT, volumes: Array.from({ length: REPORT_VOLUMES_MAX + 1 }, () => SAMPLE) },
  ],
  ["an endless text", { ...REPORT, agentVersion: "x".repeat(65) }],
  ["nothing", undefined],
];

for (const [name, report] of REFUSED) {
  Deno.test(`reportSchema refuses ${name}`, () => {
    assert.equal(reportSchema.safeParse(report).success, false);
  });
}

Deno.test("reportAnswerSchema accepts an answer, and fields of a newer controller", () => {
  assert.deepEqual(reportAnswerSchema.parse(ANSWER), ANSWER);
  assert.deepEqual(reportAnswerSchema.parse({ ...ANSWER, orders: [] }), ANSWER);
});

Deno.test("reportAnswerSchema refuses an interval that would flood or silence the agent", () => {
  for (const intervalMs of [0, 999, 3_600_001, 1000.5]) {
    assert.equal(reportAnswerSchema.safeParse({ ...ANSWER, intervalMs }).success, false);
  }
});
