/**
 * A removal beside a server that is down, carried out with PostgreSQL's own program: the server starts again,
 * and the archive has no gap.
 *
 * @module
 */

import assert from "node:assert/strict";

import { ALL_MARGINS } from "../../lib/wal/evidence.ts";
import {
  judgeRemoval,
  planRemoval,
  refuseOtherDryRun,
  type Removal,
} from "../../lib/wal/removal.ts";
import { segmentNumber, segmentSize } from "../../lib/wal/segment.ts";
import { formatSegmentName } from "../../lib/wal/segment_name.ts";
import { databaseTest, type TestDatabase } from "./postgresql.ts";
import { namesIn, readEvidence } from "./read_evidence.ts";

const POLICY = { retainCount: 1, margins: ALL_MARGINS };
const SIZE = segmentSize(2 ** 20);

/** How often it is asked whether the archiver is done, and for how long. */
const ARCHIVER_TRIES = 300;
const ARCHIVER_PAUSE_SECONDS = 0.1;

/** Starts with an archive, and makes segments that only a slot keeps after the checkpoint. */
async function makeLeftovers(database: TestDatabase, archiveCommand: string): Promise<void> {
  const settings = [
    "archive_mode = on",
    `archive_command = '${archiveCommand}'`,
    "min_wal_size = '2MB'",
    "max_wal_size = '100MB'",
    "wal_keep_size = 0",
  ];
  await Deno.writeTextFile(`${database.dataDirectory}/postgresql.auto.conf`, settings.join("\n"));
  await database.start();
  await database.sql("SELECT pg_create_physical_replication_slot('kept', true)");
  await database.sql("CREATE TABLE t AS SELECT repeat('x', 1000) FROM generate_series(1, 12000)");
  await database.sql("SELECT pg_switch_wal()");
  await database.sql("CHECKPOINT");
}

async function dropSlot({ sql }: TestDatabase): Promise<void> {
  await sql("SELECT pg_drop_replication_slot('kept')");
}

async function waitForArchiver({ dataDirectory, sql }: TestDatabase): Promise<void> {
  for (let tries = 0; tries < ARCHIVER_TRIES; tries += 1) {
    const names = await namesIn(`${dataDirectory}/pg_wal/archive_status`);
    if (!names.some((name) => name.endsWith(".ready"))) return;
    await sql(`SELECT pg_sleep(${ARCHIVER_PAUSE_SECONDS})`);
  }
  throw new Error("Cannot go on: expected the archiver to finish, found files that still wait");
}

async function carryOut(database: TestDatabase, removal: Removal): Promise<void> {
  const { cutOff, victims } = removal;
  assert.ok(cutOff.kind === "known");
  const directory = `${database.dataDirectory}/pg_wal`;
  const printed = await database.run("pg_archivecleanup", "-n", directory, cutOff.fileName);
  const names = printed.split("\n").filter((line) => line !== "")
    .map((line) => line.slice(line.lastIndexOf("/") + 1));
  assert.equal(refuseOtherDryRun(victims, names), undefined);
  await database.run("pg_archivecleanup", directory, cutOff.fileName);
  const outcome = judgeRemoval(victims, new Set(await namesIn(directory)));
  assert.deepEqual(outcome.left, []);
}

await databaseTest(
  "T22: planRemoval() frees archived segments, the server starts, the archive has no gap",
  1,
  async (database) => {
    const { directory, dataDirectory } = database;
    const archive = `${directory}/archive`;
    await makeLeftovers(database, `mkdir -p ${archive} && cp %p ${archive}/%f`);
    await waitForArchiver(database);
    await dropSlot(database);
    await database.crash();

    const removal = planRemoval(await readEvidence(dataDirectory), POLICY);
    assert.deepEqual(removal.refusals, []);
    assert.ok(removal.victims.length >= 5, `${removal.victims.length} victims`);
    await carryOut(database, removal);

    await database.start();
    assert.deepEqual(await database.sql("SELECT count(*) FROM t"), ["12000"]);
    const kept = new Set([...await namesIn(archive), ...await namesIn(`${dataDirectory}/pg_wal`)]);
    const oldest = removal.victims[0]?.segment.number ?? 0;
    const newest = removal.victims.at(-1)?.segment.number ?? 0;
    for (let number = oldest; number <= newest + POLICY.retainCount + 1; number += 1) {
      const segment = { timeline: 1, number: segmentNumber(number) };
      assert.ok(kept.has(formatSegmentName(segment, SIZE)), `segment ${number}`);
    }
  },
);

await databaseTest(
  "T23: planRemoval() removes nothing of a server whose archive is broken",
  1,
  async (database) => {
    await makeLeftovers(database, "false");
    await dropSlot(database);
    await database.crash();
    const removal = planRemoval(await readEvidence(database.dataDirectory), POLICY);
    assert.deepEqual(removal.victims, []);
    assert.match(removal.refusals[0]?.message ?? "", /C6 NotArchived/);
  },
);

await databaseTest(
  "T6: planRemoval() removes nothing that a slot's file still names",
  1,
  async (database) => {
    const archive = `${database.directory}/archive`;
    await makeLeftovers(database, `mkdir -p ${archive} && cp %p ${archive}/%f`);
    await waitForArchiver(database);
    await database.crash();
    const { victims, cutOff } = planRemoval(await readEvidence(database.dataDirectory), POLICY);
    assert.deepEqual(victims, []);
    assert.ok(cutOff.kind === "known");
    assert.deepEqual(cutOff.setBy.map(({ constraint, who }) => `${constraint} ${who}`), [
      "C3 kept",
    ]);
  },
);
