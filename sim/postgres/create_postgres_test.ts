import assert from "node:assert/strict";
import { createFileSystem } from "../storage/create_file_system.ts";
import type { FileSystem } from "../storage/file_system.ts";
import { createPostgres, type PostgresOptions } from "./create_postgres.ts";
import type { Postgres } from "./postgres.ts";

const MIB = 1024 ** 2;
const SEGMENT = 16 * MIB;

function disk(sizeMib: number): FileSystem {
  return createFileSystem({ deviceBytes: sizeMib * MIB, overheadPercent: 0 });
}

function started(options: Partial<PostgresOptions> & { readonly walMib?: number } = {}): Postgres {
  const { walMib, ...rest } = options;
  const server = createPostgres({
    dataFileSystem: disk(4096),
    walFileSystem: walMib === undefined ? undefined : disk(walMib),
    isPrimary: true,
    createdAtMs: 0,
    ...rest,
  });
  server.start(0);
  return server;
}

function write(server: Postgres, walMibPerSecond: number, dataMibPerSecond = 0): void {
  server.setWorkload({
    walBytesPerSecond: walMibPerSecond * MIB,
    dataBytesPerSecond: dataMibPerSecond * MIB,
  });
}

Deno.test("step() stays near max_wal_size when everything is archived", () => {
  const server = started({ walMib: 8192, settings: { walKeepBytes: 0 } });
  server.setArchiver({ kind: "working", segmentsPerSecond: 10 });
  write(server, 16);
  let largest = 0;
  let recycled = 0;
  for (let second = 1; second <= 1200; second += 1) {
    server.step(second * 1000);
    largest = Math.max(largest, server.wal.sizeBytes);
    recycled = Math.max(recycled, server.wal.recycledSegments);
  }
  assert.ok(largest <= 1.1 * 1024 * MIB, `${largest / MIB} MiB`);
  assert.ok(largest >= 0.8 * 1024 * MIB, `${largest / MIB} MiB`);
  assert.ok(recycled > 20, `${recycled}`);
});

Deno.test("step() keeps everything while archiving fails, and frees it afterwards", () => {
  const server = started({ walMib: 8192, settings: { walKeepBytes: 0 } });
  server.setArchiver({ kind: "failing", error: "no route to host" });
  write(server, 16);
  server.step(300_000);
  assert.equal(server.wal.oldestSegment, 1);
  assert.ok(server.wal.unarchivedSegments >= 299);
  server.setArchiver({ kind: "working", segmentsPerSecond: 100 });
  write(server, 0);
  server.step(310_000);
  server.checkpoint();
  assert.equal(server.wal.unarchivedSegments, 0);
  assert.ok(server.wal.sizeBytes <= 1024 * MIB + 2 * SEGMENT, `${server.wal.segments}`);
});

Deno.test("step() ends with status 4 when pg_wal is full, and start() again until there is room", () => {
  const server = started({ walMib: 256 });
  server.setArchiver({ kind: "failing", error: "403" });
  write(server, 10);
  server.step(600_000);
  assert.equal(server.state.kind === "exited" && server.state.exitCode, 4);
  assert.equal(server.state.kind === "exited" && Math.round(server.state.atMs), 25_600);
  assert.equal(server.wal.segments, 16);
  server.start(610_000);
  assert.deepEqual(server.state, { kind: "exited", exitCode: 4, atMs: 610_000 });
  server.walFileSystem.growTo(512 * MIB);
  server.start(620_000);
  assert.equal(server.state.kind, "running");
  assert.equal(server.wal.recycledSegments, 1);
});

Deno.test("start() after a crash frees what was archived since the last checkpoint", () => {
  const server = started({ walMib: 256, settings: { walKeepBytes: 0, maxWalBytes: 2048 * MIB } });
  server.setArchiver({ kind: "working", segmentsPerSecond: 10 });
  write(server, 10);
  server.step(60_000);
  assert.equal(server.state.kind, "exited");
  server.walFileSystem.growTo(272 * MIB);
  server.start(61_000);
  assert.equal(server.state.kind, "running");
  assert.equal(server.wal.oldestSegment, 16);
  assert.ok(server.wal.recycledSegments > 0);
});

Deno.test("step() holds what a slot holds until it moves and a checkpoint passes", () => {
  const server = started({ walMib: 4096, settings: { walKeepBytes: 0 } });
  server.createSlot("standby");
  write(server, 16);
  server.step(200_000);
  assert.equal(server.wal.oldestSegment, 1);
  server.advanceSlot("standby");
  assert.equal(server.wal.oldestSegment, 1);
  server.checkpoint();
  assert.equal(server.wal.oldestSegment, Math.floor(server.wal.insertPositionBytes / SEGMENT));
  assert.throws(() => server.advanceSlot("other"), /Cannot advance slot other/);
});

Deno.test("start() refuses without room for a segment although the open one is nearly empty", () => {
  const server = started({ walMib: 256 });
  write(server, 1);
  server.step(1_000);
  server.stop();
  assert.ok(server.walFileSystem.allocate(server.walFileSystem.availableBytes));
  server.start(2_000);
  assert.deepEqual(server.state, { kind: "exited", exitCode: 4, atMs: 2_000 });
});

Deno.test("checkpoint() keeps what wal_keep_size says", () => {
  const server = started({ walMib: 8192 });
  write(server, 16);
  server.step(100_000);
  write(server, 0);
  server.step(101_000);
  server.checkpoint();
  const current = Math.floor(server.wal.insertPositionBytes / SEGMENT);
  assert.equal(server.wal.oldestSegment, current - 512 / 16);
});

Deno.test("step() archives a segment for as long as the archive takes, from when it is full", () => {
  const server = started({ walMib: 1024 });
  server.setArchiver({ kind: "working", segmentsPerSecond: 0.1 });
  write(server, 1);
  server.step(16_500);
  assert.equal(server.wal.unarchivedSegments, 1);
  server.step(25_900);
  assert.equal(server.wal.unarchivedSegments, 1);
  server.step(26_100);
  assert.equal(server.wal.unarchivedSegments, 0);
});

Deno.test("step() stops the writer, not the server, when only the tables' volume is full", () => {
  const server = started({ dataFileSystem: disk(512), walMib: 1024, initialDataBytes: 256 * MIB });
  write(server, 1, 4);
  server.step(120_000);
  assert.equal(server.state.kind, "running");
  assert.match(server.writerError ?? "", /No space left on device/);
  assert.ok(server.dataFileSystem.availableBytes < 8192);
  const stoppedAt = server.wal.insertPositionBytes;
  assert.equal(Math.round((stoppedAt - SEGMENT) / MIB), 64);
  server.dataFileSystem.growTo(1024 * MIB);
  server.step(130_000);
  assert.equal(server.writerError, undefined);
  assert.equal(Math.round((server.wal.insertPositionBytes - stoppedAt) / MIB), 10);
});

Deno.test("step() ends the server when tables and pg_wal share a full volume", () => {
  const server = started({ dataFileSystem: disk(512), initialDataBytes: 256 * MIB });
  server.setArchiver({ kind: "failing", error: "403" });
  write(server, 1, 4);
  server.step(120_000);
  assert.equal(server.state.kind === "exited" && server.state.exitCode, 4);
});

Deno.test("step() closes a segment that was written to after archive_timeout, and no other", () => {
  const server = started({ walMib: 1024 });
  server.step(1_000_000);
  assert.equal(server.wal.insertPositionBytes, SEGMENT);
  write(server, 0.001);
  server.step(1_001_000);
  write(server, 0);
  server.step(1_301_000);
  assert.equal(server.wal.insertPositionBytes, 2 * SEGMENT);
  server.step(2_200_000);
  assert.equal(server.wal.insertPositionBytes, 2 * SEGMENT);
});

Deno.test("replayTo() makes a standby hold as much WAL as its checkpoints let it", () => {
  const settings = { walKeepBytes: 0 };
  const primary = started({ walMib: 8192, settings });
  const standby = started({ walMib: 2048, settings, isPrimary: false });
  write(primary, 32, 1);
  for (let second = 1; second <= 600; second += 1) {
    primary.step(second * 1000);
    standby.step(second * 1000);
    standby.replayTo(primary.progress);
  }
  assert.equal(standby.wal.insertPositionBytes, primary.wal.insertPositionBytes);
  assert.deepEqual(standby.progress.dataBytes, primary.progress.dataBytes);
  assert.equal(standby.wal.unarchivedSegments, 0);
  assert.ok(standby.wal.oldestSegment > 500, `${standby.wal.oldestSegment}`);
  assert.ok(standby.wal.sizeBytes < 1200 * MIB, `${standby.wal.sizeBytes / MIB}`);
});

Deno.test("replayTo() stops and stays up where pg_wal has no room", () => {
  const primary = started({ walMib: 8192 });
  const standby = started({ walMib: 128, isPrimary: false });
  write(primary, 32);
  primary.step(60_000);
  standby.replayTo(primary.progress);
  assert.equal(standby.state.kind, "running");
  assert.equal(standby.wal.insertPositionBytes, 9 * SEGMENT);
  standby.walFileSystem.growTo(8192 * MIB);
  standby.replayTo(primary.progress);
  assert.equal(standby.wal.insertPositionBytes, primary.wal.insertPositionBytes);
});

Deno.test("replayTo() ends a standby whose tables have no room", () => {
  const primary = started({ walMib: 1024 });
  const standby = started({ dataFileSystem: disk(64), walMib: 1024, isPrimary: false });
  write(primary, 1, 10);
  primary.step(60_000);
  standby.replayTo(primary.progress);
  assert.equal(standby.state.kind === "exited" && standby.state.exitCode, 1);
});

Deno.test("promote() and demote() swap who writes", () => {
  const primary = started({ walMib: 1024 });
  const standby = started({ walMib: 1024, isPrimary: false });
  write(primary, 16);
  primary.step(10_000);
  standby.replayTo(primary.progress);
  primary.step(20_000);
  const ahead = primary.wal;
  standby.promote();
  assert.equal(standby.wal.unarchivedSegments, 0);
  primary.demote(standby.wal.insertPositionBytes);
  assert.equal(primary.wal.insertPositionBytes, standby.wal.insertPositionBytes);
  assert.equal(primary.isPrimary, false);
  assert.ok(primary.wal.segments <= ahead.segments - 9, `${primary.wal.segments}`);
  assert.equal(primary.walFileSystem.usedBytes, primary.wal.sizeBytes);
  write(standby, 16);
  standby.step(30_000);
  primary.replayTo(standby.progress);
  assert.equal(primary.wal.insertPositionBytes, standby.wal.insertPositionBytes);
});
