/**
 * Relief beside a real server that is up: a CHECKPOINT and no more, unless a policy gives a margin up.
 *
 * @module
 */

import assert from "node:assert/strict";

import { openBallastDirectory } from "../../agent/relief/deno_ballast_directory.ts";
import { programAt } from "../../agent/relief/deno_program.ts";
import { openWalDirectory } from "../../agent/relief/deno_wal_directory.ts";
import { directoryLock } from "../../agent/relief/directory_lock.ts";
import { cleanUp } from "../../agent/relief/cleanup.ts";
import type { Climber } from "../../agent/relief/climb.ts";
import type { CleanupHands } from "../../agent/relief/ports.ts";
import { createRelief, type ReliefPorts } from "../../agent/relief/relieve.ts";
import { statfsProbe } from "../../agent/statfs_probe.ts";
import { denoWalFiles } from "../../agent/wal/deno_wal_files.ts";
import { createWalObserver } from "../../agent/wal/observer.ts";
import { createPostgresDatabase } from "../../agent/wal/postgres_database.ts";
import { systemClock } from "../../kube/system_clock.ts";
import { bytes } from "../../lib/units/bytes.ts";
import { ALL_MARGINS } from "../../lib/wal/evidence.ts";
import { known, unknown } from "../../lib/wal/fact.ts";
import { databaseTest, type TestDatabase } from "./postgresql.ts";
import { namesIn } from "./read_evidence.ts";

const NEVER = new AbortController().signal;
const KEEP_ALL = { retainCount: 1, margins: ALL_MARGINS };
const GIVE_UP = { retainCount: 1, margins: { walKeepSize: "giveUp", rewind: "giveUp" } } as const;

/** More than any volume has: every step that may be taken is taken. */
const EVERYTHING = bytes(2 ** 50);

/** How often it is asked whether the archiver is done, and how long between. */
const ARCHIVER_TRIES = 300;
const ARCHIVER_PAUSE_SECONDS = 0.1;

/** Starts with settings of its own and writes about 12 segments. */
async function begin(database: TestDatabase, ...settings: readonly string[]): Promise<void> {
  const all = [
    "archive_mode = on",
    "min_wal_size = '2MB'",
    "max_wal_size = '100MB'",
    "checkpoint_timeout = '1h'",
    ...settings,
  ];
  await Deno.writeTextFile(`${database.dataDirectory}/postgresql.auto.conf`, all.join("\n"));
  await database.start();
}

function write({ sql }: TestDatabase): Promise<string[]> {
  return sql("CREATE TABLE t AS SELECT repeat('x', 1000) FROM generate_series(1, 12000)");
}

async function waitForArchiver({ dataDirectory, sql }: TestDatabase): Promise<void> {
  for (let tries = 0; tries < ARCHIVER_TRIES; tries += 1) {
    const names = await namesIn(`${dataDirectory}/pg_wal/archive_status`);
    if (!names.some((name) => name.endsWith(".ready"))) return;
    await sql(`SELECT pg_sleep(${ARCHIVER_PAUSE_SECONDS})`);
  }
  throw new Error("Cannot go on: expected the archiver to finish, found files that still wait");
}

/** Real hands, with eyes that have looked once before: the checkpoint of then is the one before the last. */
async function handsOf(
  { directory, dataDirectory, major }: TestDatabase,
): Promise<CleanupHands> {
  const connection = createPostgresDatabase({ directory, port: 5432, database: "postgres" });
  const observer = createWalObserver(
    { clock: systemClock, files: denoWalFiles, probe: statfsProbe, database: connection },
    { pgdata: dataDirectory, roles: ["postgres"] },
  );
  await observer.look();
  return {
    clock: systemClock,
    look: async () => (await observer.look()).evidence,
    directory: await openWalDirectory(`${dataDirectory}/pg_wal`),
    archiveCleanup: programAt(`/usr/lib/postgresql/${major}/bin/pg_archivecleanup`),
  };
}

async function reliefOf(database: TestDatabase): Promise<{ relief: Climber; orders: string[] }> {
  const hands = await handsOf(database);
  const orders: string[] = [];
  const ports: ReliefPorts = {
    ...hands,
    archiveCleanup: (args, signal) => {
      orders.push(`pg_archivecleanup ${args.join(" ")}`);
      return hands.archiveCleanup(args, signal);
    },
    runCheckpoint: async () => {
      orders.push("CHECKPOINT");
      await database.sql("CHECKPOINT");
    },
    lock: directoryLock(hands.directory.path),
    ballast: await openBallastDirectory(database.directory, hands.directory.path),
    askPostmasterGone: () => Promise.resolve(known(false)),
  };
  const checkpoint = {
    primaryRedo: unknown("this is the primary"),
    replayLsn: unknown("this is the primary"),
    mayKillSlots: false,
    mayBreakStandbys: false,
  };
  const rules = { policy: KEEP_ALL, walInitZero: known(true), checkpoint };
  return { relief: createRelief(ports, () => rules), orders };
}

/** Every `.ready` and every segment before what is written now. */
async function standing({ dataDirectory }: TestDatabase): Promise<string[]> {
  const statuses = await namesIn(`${dataDirectory}/pg_wal/archive_status`);
  const waiting = statuses.filter((name) => name.endsWith(".ready"));
  const names = new Set(await namesIn(`${dataDirectory}/pg_wal`));
  assert.ok(waiting.every((name) => names.has(name.slice(0, -".ready".length))));
  return waiting.sort();
}

await databaseTest(
  "T2: createRelief() makes a CHECKPOINT on a healthy primary, and there is nothing else to do",
  1,
  async (database) => {
    await begin(database, "archive_command = 'true'", "wal_keep_size = 0");
    await write(database);
    await waitForArchiver(database);
    const { relief, orders } = await reliefOf(database);
    const result = await relief.climb(EVERYTHING, NEVER);
    assert.ok(result.kind === "human", result.kind);
    assert.deepEqual(orders, ["CHECKPOINT"]);
    const [explained, checkpoint, cleanup] = result.records;
    assert.equal(explained?.step, "explain");
    assert.ok(checkpoint?.step === "checkpoint" && checkpoint.outcome.kind === "gained");
    assert.ok(checkpoint.expectedBytes >= 10 * 2 ** 20, `${checkpoint.expectedBytes}`);
    assert.ok(cleanup?.step === "cleanup" && cleanup.outcome.kind === "refused");
  },
);

await databaseTest(
  "T3: createRelief() touches nothing while archiving fails, and orders no CHECKPOINT",
  1,
  async (database) => {
    await begin(database, "archive_command = 'false'", "wal_keep_size = 0");
    const { relief, orders } = await reliefOf(database);
    await write(database);
    await database.sql("CHECKPOINT");
    const before = await standing(database);
    assert.ok(before.length >= 10, `${before.length} wait`);
    const result = await relief.climb(EVERYTHING, NEVER);
    assert.ok(result.kind === "human", result.kind);
    assert.deepEqual(orders, []);
    assert.deepEqual(await standing(database), before);
    assert.ok(result.refusals.some(({ message }) => message.includes("C6 NotArchived")));
  },
);

await databaseTest(
  "T6: createRelief() keeps all that a slot needs, and the slot can still be read from",
  1,
  async (database) => {
    const { sql } = database;
    await begin(database, "archive_command = 'true'", "wal_keep_size = 0", "wal_level = logical");
    await sql("SELECT pg_create_logical_replication_slot('kept', 'test_decoding')");
    const { relief, orders } = await reliefOf(database);
    await write(database);
    await waitForArchiver(database);
    await sql("CHECKPOINT");
    const result = await relief.climb(EVERYTHING, NEVER);
    assert.ok(result.kind === "human", result.kind);
    assert.deepEqual(orders, []);
    assert.ok(result.refusals.some(({ message }) => message.includes("kept")));
    const [count] = await sql(
      "SELECT count(*) FROM pg_logical_slot_peek_changes('kept', NULL, NULL) WHERE data LIKE 'table%'",
    );
    assert.equal(count, "12000");
  },
);

await databaseTest(
  "T29: cleanUp() finishes while a checkpoint and a second program remove the same files",
  1,
  async (database) => {
    const { sql, dataDirectory } = database;
    const archive = `${database.directory}/archive`;
    const command = `mkdir -p ${archive} && cp %p ${archive}/%f`;
    await begin(database, `archive_command = '${command}'`, "wal_keep_size = '40MB'");
    const hands = await handsOf(database);
    await write(database);
    await sql("SELECT pg_switch_wal()");
    await waitForArchiver(database);
    await sql("CHECKPOINT");
    const kept = await cleanUp(hands, KEEP_ALL, NEVER);
    assert.ok(kept.kind === "refused");
    await sql("ALTER SYSTEM SET wal_keep_size = 0");
    await sql("SELECT pg_reload_conf()");
    const archiveCleanup: CleanupHands["archiveCleanup"] = async (args, signal) => {
      if (args[0] === "-n") return await hands.archiveCleanup(args, signal);
      const [outcome] = await Promise.all([
        hands.archiveCleanup(args, signal),
        hands.archiveCleanup(args, signal),
        sql("CHECKPOINT"),
      ]);
      return outcome;
    };
    const result = await cleanUp({ ...hands, archiveCleanup }, GIVE_UP, NEVER);
    assert.ok(result.kind === "removed", Deno.inspect(result, { depth: 5 }));
    assert.ok((result.runs[0]?.removedNames.length ?? 0) >= 8);
    const names = new Set(await namesIn(`${dataDirectory}/pg_wal`));
    const statuses = await namesIn(`${dataDirectory}/pg_wal/archive_status`);
    const orphans = statuses.filter((name) => !names.has(name.replace(/\.(done|ready)$/, "")));
    assert.deepEqual(orphans, []);
    await database.crash();
    await database.start();
    assert.deepEqual(await sql("SELECT count(*) FROM t"), ["12000"]);
  },
);
