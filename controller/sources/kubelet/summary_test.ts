import assert from "node:assert/strict";
import { GIBIBYTE } from "../../../lib/units/bytes.ts";
import { summaryOf, type VolumeStatsFields } from "../testing/kubelet_server.ts";
import { type KubeletReading, readSummary } from "./summary.ts";

const POD = "orders-1-pod-uid";

function read(
  volumes: readonly VolumeStatsFields[],
  dateHeader: string | null = "Thu, 01 Jan 2026 12:00:40 GMT",
): KubeletReading[] {
  return readSummary(JSON.stringify(summaryOf(volumes)), new Set([POD]), dateHeader);
}

Deno.test("readSummary() reads the volumes of the pods that are asked about, by their claims", () => {
  assert.deepEqual(read([{}, { podUid: "another-pod-uid" }]), [{
    podUid: POD,
    claimName: "orders-1",
    ageMs: 41_000,
    sample: {
      totalBytes: 10 * GIBIBYTE,
      usedBytes: 4 * GIBIBYTE,
      availableBytes: 6 * GIBIBYTE,
      deviceBytes: 10 * GIBIBYTE,
      inodes: { total: 1_000, available: 900 },
    },
  }]);
});

Deno.test("readSummary() takes what is used and available for all there is, and the rest for reserved", () => {
  const [reading] = read([{ stats: { availableBytes: 5 * GIBIBYTE } }]);
  assert.equal(reading?.sample.totalBytes, 9 * GIBIBYTE);
  assert.equal(reading?.sample.deviceBytes, 10 * GIBIBYTE);
});

Deno.test("readSummary() tells ages by the node's clock, however far it is off", () => {
  const stats = { time: "1999-01-01T00:00:00Z" };
  assert.equal(read([{ stats }], "Fri, 01 Jan 1999 00:01:00 GMT")[0]?.ageMs, 61_000);
  assert.equal(read([{ stats }], "Thu, 31 Dec 1998 00:00:00 GMT")[0]?.ageMs, 0);
  // Without a date the newest value may be as old as a kubelet lets it become.
  assert.equal(read([{ stats }], null)[0]?.ageMs, 120_000);
  const older = { stats: { time: "1998-12-31T23:59:50Z" }, claimName: "orders-1-wal" };
  assert.deepEqual(read([{ stats }, older], "nonsense").map(({ ageMs }) => ageMs), [
    120_000,
    130_000,
  ]);
});

const UNKNOWN: readonly [string, VolumeStatsFields][] = [
  ["without a capacity", { stats: { capacityBytes: 0 } }],
  ["whose driver says nothing", { stats: { capacityBytes: 0, usedBytes: 0, availableBytes: 0 } }],
  ["whose driver does not say what is available", { stats: { availableBytes: 0 } }],
  ["whose driver does not say what is used", { stats: { usedBytes: 0 } }],
  ["with a size below zero", { stats: { usedBytes: -1 } }],
  ["larger than any number", { stats: { usedBytes: 2 ** 53 - 1, capacityBytes: 2 ** 53 - 1 } }],
  ["without a time", { stats: { time: undefined } }],
  ["without a claim", { stats: { pvcRef: undefined } }],
  ["with a claim of another namespace", {
    stats: { pvcRef: { name: "orders-1", namespace: "x" } },
  }],
];

for (const [sentence, fields] of UNKNOWN) {
  Deno.test(`readSummary() leaves out a volume ${sentence}, and no other`, () => {
    const readings = read([fields, { claimName: "orders-1-wal" }]);
    assert.deepEqual(readings.map(({ claimName }) => claimName), ["orders-1-wal"]);
  });
}

Deno.test("readSummary() takes zero for a value where a file system is really full or empty", () => {
  const full = { usedBytes: 9.5 * GIBIBYTE, availableBytes: 0 };
  assert.equal(read([{ stats: full }])[0]?.sample.availableBytes, 0);
  const empty = { usedBytes: 0, availableBytes: 9.5 * GIBIBYTE };
  assert.equal(read([{ stats: empty }])[0]?.sample.usedBytes, 0);
});

Deno.test("readSummary() knows no inodes where a file system has no fixed number", () => {
  assert.equal(read([{ stats: { inodes: 0, inodesFree: 0 } }])[0]?.sample.inodes, undefined);
  assert.equal(read([{ stats: { inodesFree: undefined } }])[0]?.sample.inodes, undefined);
});

for (const text of ["", "<html>", "[]", '{"pods":3}']) {
  Deno.test(`readSummary() refuses ${JSON.stringify(text)}`, () => {
    assert.throws(() => readSummary(text, new Set([POD]), null), TypeError);
  });
}
