/**
 * Workloads of a simulated PostgreSQL server: its own checkpoints, recycling and archiving.
 *
 * @module
 */

import { headroomOf } from "../../../lib/threshold/pressure.ts";
import { bytes } from "../../../lib/units/bytes.ts";
import { createPostgres } from "../../../sim/postgres/create_postgres.ts";
import type { Archiver, Postgres } from "../../../sim/postgres/postgres.ts";
import { createFileSystem } from "../../../sim/storage/create_file_system.ts";
import type { FileSystem } from "../../../sim/storage/file_system.ts";
import { INTERVAL_MS, PER_DAY, PER_HOUR, type Series, seriesOf } from "./series.ts";

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const SEGMENT = 16 * MIB;
const DAYS = 5;

/** The workload of clients changes so often. */
const MOOD = PER_HOUR / 4;

const WORKING: Archiver = { kind: "working", segmentsPerSecond: 10 };
const FAILING: Archiver = { kind: "failing", error: "403 Forbidden" };

interface Story {
  readonly sharesVolume: boolean;
  readonly walMibPerSecond: number;
  readonly dataGibPerDay: number;
  /** From this sample on archiving fails, to the end or until the other. */
  readonly archiveFails?: readonly [from: number, to: number] | undefined;
}

/** A WAL volume on which archiving fails for good: it fills. */
export function archiveBroken(random: () => number): Series {
  const from = Math.floor((1 + 3 * random()) * PER_DAY);
  const walMibPerSecond = 1 + 3 * random();
  const story = { sharesVolume: false, walMibPerSecond, dataGibPerDay: 0 };
  return play("pg: archive broken", { ...story, archiveFails: [from, Infinity] }, random);
}

/** A WAL volume on which archiving fails for twenty minutes now and then, and recovers. */
export function archiveFlaps(random: () => number): Series {
  const from = Math.floor((1 + 3 * random()) * PER_DAY);
  const story = { sharesVolume: false, walMibPerSecond: 1 + 4 * random(), dataGibPerDay: 0 };
  return play("pg: archive flaps", { ...story, archiveFails: [from, from + 40] }, random);
}

/** Tables and WAL on one volume, which the tables fill in some days. */
export function sharedVolume(random: () => number): Series {
  const dataGibPerDay = 4 + 3 * random();
  const walMibPerSecond = 0.5 + 2 * random();
  return play("pg: data and WAL", { sharesVolume: true, walMibPerSecond, dataGibPerDay }, random);
}

function play(workload: string, story: Story, random: () => number): Series {
  const data = createFileSystem({ deviceBytes: 24 * GIB });
  const wal = story.sharesVolume ? data : createFileSystem({ deviceBytes: 12 * GIB });
  const server = createPostgres({
    dataFileSystem: data,
    walFileSystem: wal,
    isPrimary: true,
    createdAtMs: 0,
    initialDataBytes: 2 * GIB,
  });
  server.start(0);
  server.setArchiver(WORKING);
  const used: number[] = [];
  for (let at = 0; at < DAYS * PER_DAY && server.state.kind === "running"; at += 1) {
    if (at % MOOD === 0) setMood(server, story, random);
    if (at === story.archiveFails?.[0]) server.setArchiver(FAILING);
    if (at === story.archiveFails?.[1]) server.setArchiver(WORKING);
    server.step((at + 1) * INTERVAL_MS);
    used.push(usedOf(server));
  }
  // PostgreSQL stops a segment before the last byte: that is when the volume counts as full.
  return seriesOf(workload, Float64Array.from(used), totalOf(wal) - SEGMENT);
}

function setMood(server: Postgres, story: Story, random: () => number): void {
  const mood = 0.3 + 1.4 * random();
  server.setWorkload({
    walBytesPerSecond: mood * story.walMibPerSecond * MIB,
    dataBytesPerSecond: mood * story.dataGibPerDay * GIB / 86_400,
  });
}

function usedOf({ walFileSystem, wal }: Postgres): number {
  const recycled = bytes(wal.recycledSegments * SEGMENT);
  const totalBytes = bytes(totalOf(walFileSystem));
  const sample = {
    totalBytes,
    usedBytes: bytes(walFileSystem.usedBytes),
    availableBytes: bytes(walFileSystem.availableBytes),
    deviceBytes: totalBytes,
  };
  const headroom = headroomOf(sample, {
    kind: "known",
    leastBytes: recycled,
    mostBytes: recycled,
  });
  return totalBytes - headroom.mostBytes;
}

function totalOf(fileSystem: FileSystem): number {
  return fileSystem.usedBytes + fileSystem.availableBytes;
}
