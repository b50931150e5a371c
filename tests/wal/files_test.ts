/**
 * What we read from PostgreSQL's files against what PostgreSQL itself says.
 *
 * @module
 */

import assert from "node:assert/strict";

import { parseBackupLabel } from "../../lib/wal/backup_label.ts";
import { type ControlFile, readControlFile } from "../../lib/wal/control_file.ts";
import { readListing } from "../../lib/wal/listing.ts";
import { formatLsn, lsn, parseLsn } from "../../lib/wal/lsn.ts";
import { parsePostmasterPid } from "../../lib/wal/postmaster_pid.ts";
import { segmentOf, segmentSize } from "../../lib/wal/segment.ts";
import { formatSegmentName } from "../../lib/wal/segment_name.ts";
import { readSlotState } from "../../lib/wal/slot_state.ts";
import { parseTimelineHistory } from "../../lib/wal/timeline_history.ts";
import { databaseTest, type TestDatabase } from "./postgresql.ts";

async function readControl({ dataDirectory }: TestDatabase): Promise<ControlFile> {
  const reading = readControlFile(await Deno.readFile(`${dataDirectory}/global/pg_control`));
  assert.ok(reading.kind === "known");
  return reading.value;
}

/** What `pg_controldata` prints, by the words before the colon. */
async function printedControl(database: TestDatabase): Promise<Map<string, string>> {
  const output = await database.run("pg_controldata", database.dataDirectory);
  assert.doesNotMatch(output, /WARNING/i);
  return new Map(
    output.split("\n").map((line) => {
      const [, key = "", value = ""] = /^([^:]+):\s*(.*)$/.exec(line) ?? [];
      return [key, value];
    }),
  );
}

async function assertSameControl(database: TestDatabase): Promise<ControlFile> {
  const control = await readControl(database);
  const printed = await printedControl(database);
  const expected: Record<string, string> = {
    "pg_control version number": `${control.version}`,
    "Catalog version number": `${control.catalogVersion}`,
    "Database system identifier": `${control.systemIdentifier}`,
    "Database cluster state": control.state,
    "Latest checkpoint location": formatLsn(control.checkpoint),
    "Latest checkpoint's REDO location": formatLsn(control.redo),
    "Latest checkpoint's TimeLineID": `${control.timeline}`,
    "Latest checkpoint's PrevTimeLineID": `${control.previousTimeline}`,
    "Latest checkpoint's REDO WAL file": formatSegmentName({
      timeline: control.timeline,
      number: segmentOf(control.redo, control.segmentSize),
    }, control.segmentSize),
    "Minimum recovery ending location": formatLsn(control.minRecoveryPoint),
    "Min recovery ending loc's timeline": `${control.minRecoveryTimeline}`,
    "Backup start location": formatLsn(control.backupStartPoint),
    "Backup end location": formatLsn(control.backupEndPoint),
    "End-of-backup record required": control.backupEndRequired ? "yes" : "no",
    "wal_level setting": control.walLevel,
    "Bytes per WAL segment": `${control.segmentSize}`,
    "Data page checksum version": control.dataChecksums ? "1" : "0",
  };
  for (const [key, value] of Object.entries(expected)) assert.equal(printed.get(key), value, key);
  assertSameTimes(control, printed);
  assert.ok(control.majors.includes(database.major));
  return control;
}

function assertSameTimes(control: ControlFile, printed: ReadonlyMap<string, string>): void {
  const times: Record<string, number> = {
    "pg_control last modified": control.writtenAtMs,
    "Time of latest checkpoint": control.checkpointAtMs,
  };
  for (const [key, instantMs] of Object.entries(times)) {
    assert.equal(Date.parse(`${printed.get(key)} UTC`), instantMs, key);
  }
}

for (const segmentMib of [1, 16, 64]) {
  await databaseTest(
    `readControlFile() says what pg_controldata says, segments of ${segmentMib} MiB`,
    segmentMib,
    async (database) => {
      const initial = await assertSameControl(database);
      assert.equal(initial.state, "shut down");
      assert.equal(initial.segmentSize, segmentMib * 2 ** 20);
      await database.start();
      await database.sql("CREATE TABLE t AS SELECT generate_series(1, 1000) AS n");
      await database.sql("CHECKPOINT");
      await database.crash();
      const crashed = await assertSameControl(database);
      assert.equal(crashed.state, "in production");
      assert.ok(crashed.redo > initial.redo);
    },
  );
}

await databaseTest("readSlotState() says what pg_replication_slots says", 16, async (database) => {
  const { dataDirectory } = database;
  await Deno.writeTextFile(`${dataDirectory}/postgresql.auto.conf`, "wal_level = 'logical'\n");
  await database.start();
  await database.sql("SELECT pg_create_physical_replication_slot('reserved', true)");
  await database.sql("SELECT pg_create_physical_replication_slot('unreserved', false)");
  await database.sql("SELECT pg_create_logical_replication_slot('decoding', 'test_decoding')");
  await database.sql("CHECKPOINT");
  const rows = await database.sql(
    "SELECT slot_name, slot_type, restart_lsn FROM pg_replication_slots ORDER BY slot_name",
  );
  assert.equal(rows.length, 3);
  for (const row of rows) {
    const [name = "", type, restartLsn = ""] = row.split("|");
    const content = await Deno.readFile(`${dataDirectory}/pg_replslot/${name}/state`);
    assert.deepEqual(readSlotState(name, content), {
      kind: "known",
      value: {
        name,
        type,
        persistency: "persistent",
        restartLsn: parseLsn(restartLsn),
        invalidated: false,
      },
    });
  }
});

await databaseTest(
  "readSlotState() knows a slot that a checkpoint has killed",
  1,
  async (database) => {
    const { dataDirectory } = database;
    const settings = "max_slot_wal_keep_size = '1MB'\nmax_wal_size = '4MB'\nmin_wal_size = '2MB'\n";
    await Deno.writeTextFile(`${dataDirectory}/postgresql.auto.conf`, settings);
    await database.start();
    await database.sql("SELECT pg_create_physical_replication_slot('doomed', true)");
    await database.sql("CREATE TABLE t AS SELECT repeat('x', 1000) FROM generate_series(1, 20000)");
    await database.sql("CHECKPOINT");
    const [status] = await database.sql("SELECT wal_status FROM pg_replication_slots");
    assert.equal(status, "lost");
    const content = await Deno.readFile(`${dataDirectory}/pg_replslot/doomed/state`);
    const reading = readSlotState("doomed", content);
    assert.ok(reading.kind === "known" && reading.value.invalidated);
  },
);

for (const segmentMib of [1, 16, 1024]) {
  await databaseTest(
    `T21: formatSegmentName() says what pg_walfile_name() says, segments of ${segmentMib} MiB`,
    segmentMib,
    async (database) => {
      const size = segmentSize(segmentMib * 2 ** 20);
      const boundaries = [1n, 2n, 255n, 256n, 4096n, 2n ** 20n].map((n) => n * BigInt(size));
      const positions = boundaries.flatMap((start) => [start + 1n, start + BigInt(size) - 1n]);
      await database.start();
      const list = positions.map((position) => `'${formatLsn(lsn(position))}'::pg_lsn`).join();
      const names = await database.sql(`SELECT pg_walfile_name(unnest(ARRAY[${list}]))`);
      const ours = positions.map((position) =>
        formatSegmentName({ timeline: 1, number: segmentOf(lsn(position), size) }, size)
      );
      assert.deepEqual(ours, names);
    },
  );
}

await databaseTest("the texts of PostgreSQL are read as it writes them", 1, async (database) => {
  const { dataDirectory, directory } = database;
  await database.start();
  const pid = parsePostmasterPid(await Deno.readTextFile(`${dataDirectory}/postmaster.pid`));
  assert.ok(pid.kind === "present");
  assert.equal(pid.status, "ready");
  assert.equal(pid.dataDirectory, dataDirectory);
  assert.equal(pid.socketDirectory, directory);

  const backup = `${directory}/backup`;
  await database.run("pg_basebackup", "-h", directory, "-U", "postgres", "-D", backup, "-Xnone");
  const label = parseBackupLabel(await Deno.readTextFile(`${backup}/backup_label`));
  assert.ok(label.kind === "present");
  assert.equal(label.startTimeline, 1);

  await database.crash();
  await Deno.writeTextFile(`${dataDirectory}/standby.signal`, "");
  await database.start();
  await database.run("pg_ctl", "-D", dataDirectory, "-w", "promote");
  const history = parseTimelineHistory(
    await Deno.readTextFile(`${dataDirectory}/pg_wal/00000002.history`),
  );
  assert.ok(history.kind === "known");
  assert.equal(history.switches[0]?.parentTimeline, 1);
  const entries = await Array.fromAsync(Deno.readDir(`${dataDirectory}/pg_wal`));
  const walNames = entries.map(({ name }) => name);
  const listing = readListing({ walNames, statusNames: [] }, segmentSize(2 ** 20));
  assert.deepEqual(listing.historyTimelines, [2]);
  assert.deepEqual(listing.malformed, []);
  assert.ok(listing.segments.some(({ segment }) => segment.timeline === 2));
});
