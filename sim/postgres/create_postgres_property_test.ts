import assert from "node:assert/strict";
import fc from "fast-check";
import { createFileSystem } from "../storage/create_file_system.ts";
import type { FileSystem } from "../storage/file_system.ts";
import { createPostgres } from "./create_postgres.ts";
import type { Postgres } from "./postgres.ts";

const MIB = 1024 ** 2;
const SEGMENT = 16 * MIB;

function disk(sizeMib: number): FileSystem {
  return createFileSystem({ deviceBytes: sizeMib * MIB, overheadPercent: 0 });
}

const SCENARIO = fc.record({
  walMib: fc.integer({ min: 64, max: 4096 }),
  walRate: fc.integer({ min: 0, max: 200 * MIB }),
  dataRate: fc.integer({ min: 0, max: 20 * MIB }),
  dataMib: fc.integer({ min: 64, max: 2048 }),
  shared: fc.boolean(),
  archiver: fc.oneof(
    fc.record({
      kind: fc.constant("working" as const),
      segmentsPerSecond: fc.double({ min: 0.1, max: 50, noNaN: true }),
    }),
    fc.constant({ kind: "failing" as const, error: "403" }),
    fc.constant({ kind: "off" as const }),
  ),
  slot: fc.boolean(),
  maxWalMib: fc.integer({ min: 32, max: 2048 }),
  checkpointTimeoutMs: fc.integer({ min: 5_000, max: 300_000 }),
});

type Scenario = typeof SCENARIO extends fc.Arbitrary<infer Value> ? Value : never;

function play(scenario: Scenario): Postgres {
  const server = createPostgres({
    isPrimary: true,
    createdAtMs: 0,
    dataFileSystem: disk(scenario.dataMib),
    walFileSystem: scenario.shared ? undefined : disk(scenario.walMib),
    settings: {
      walKeepBytes: 0,
      maxWalBytes: scenario.maxWalMib * MIB,
      checkpointTimeoutMs: scenario.checkpointTimeoutMs,
    },
  });
  server.start(0);
  server.setArchiver(scenario.archiver);
  server.setWorkload({
    walBytesPerSecond: scenario.walRate,
    dataBytesPerSecond: scenario.dataRate,
  });
  if (scenario.slot) server.createSlot("slot");
  return server;
}

Deno.test("step() comes to the same in one step and in many", () => {
  fc.assert(fc.property(SCENARIO, fc.integer({ min: 2, max: 300 }), (scenario, parts) => {
    const once = play(scenario);
    const often = play(scenario);
    once.step(60_000);
    for (let part = 1; part <= parts; part += 1) often.step(60_000 * part / parts);
    assert.equal(often.state.kind, once.state.kind);
    assert.ok(
      Math.abs(often.wal.insertPositionBytes - once.wal.insertPositionBytes) < SEGMENT,
      `${often.wal.insertPositionBytes} ${once.wal.insertPositionBytes}`,
    );
    assert.ok(Math.abs(often.wal.segments - once.wal.segments) <= 1);
    assert.ok(Math.abs(often.wal.unarchivedSegments - once.wal.unarchivedSegments) <= 1);
    assert.ok(Math.abs(often.progress.dataBytes - once.progress.dataBytes) < 2 * MIB);
  }));
});

Deno.test("step() keeps what is unarchived or held by a slot, and never uses more than there is", () => {
  fc.assert(fc.property(SCENARIO, (scenario) => {
    const server = play(scenario);
    for (let second = 1; second <= 60; second += 1) {
      server.step(second * 1000);
      const { wal, walFileSystem } = server;
      assert.ok(walFileSystem.usedBytes <= walFileSystem.deviceBytes);
      assert.equal(wal.sizeBytes, wal.segments * SEGMENT);
      const past = wal.segments - wal.recycledSegments;
      assert.ok(wal.unarchivedSegments <= past, `${wal.unarchivedSegments} of ${past}`);
      if (scenario.archiver.kind === "failing") {
        assert.equal(wal.unarchivedSegments, Math.floor(wal.insertPositionBytes / SEGMENT) - 1);
      }
      if (scenario.slot || scenario.archiver.kind === "failing") assert.equal(wal.oldestSegment, 1);
      if (!scenario.shared) assert.equal(walFileSystem.usedBytes, wal.sizeBytes);
    }
  }));
});
