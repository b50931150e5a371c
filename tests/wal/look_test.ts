/**
 * Looks at a real PostgreSQL: what the agent says of it, up, down, held back and blind.
 *
 * @module
 */

import assert from "node:assert/strict";
import { statfsProbe } from "../../agent/statfs_probe.ts";
import { denoWalFiles } from "../../agent/wal/deno_wal_files.ts";
import type { WalLook } from "../../agent/wal/look.ts";
import { createWalObserver, type WalObserver } from "../../agent/wal/observer.ts";
import { type WalPicture, WalPictureSchema } from "../../agent/wal/picture.ts";
import { createPostgresDatabase } from "../../agent/wal/postgres_database.ts";
import { systemClock } from "../../kube/system_clock.ts";
import { formatLsn } from "../../lib/wal/lsn.ts";
import { databaseTest, type TestDatabase } from "./postgresql.ts";

/** Writes about 4 MiB of WAL. */
const FOUR_SEGMENTS =
  "CREATE TABLE filler AS SELECT repeat('x', 1000) FROM generate_series(1, 4000)";

/** How often it is asked whether something has come to pass, and for how long. */
const TRIES = 300;
const PAUSE_MS = 50;

function observe(
  { directory, dataDirectory }: Pick<TestDatabase, "directory" | "dataDirectory">,
  role = "postgres",
): WalObserver {
  const database = createPostgresDatabase({ directory, port: 5432, database: "postgres" });
  return createWalObserver(
    { clock: systemClock, files: denoWalFiles, probe: statfsProbe, database },
    { pgdata: dataDirectory, roles: [role] },
  );
}

async function look(observer: WalObserver): Promise<WalLook> {
  const taken = await observer.look();
  assert.deepEqual(WalPictureSchema.parse(taken.picture), taken.picture);
  return taken;
}

async function configure({ dataDirectory }: TestDatabase, ...lines: string[]): Promise<void> {
  await Deno.writeTextFile(`${dataDirectory}/postgresql.auto.conf`, `${lines.join("\n")}\n`);
}

async function eventually(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    if (await isSo()) return;
    await systemClock.sleep(PAUSE_MS);
  }
  throw new Error(`Cannot go on: expected ${what} within ${TRIES * PAUSE_MS} ms`);
}

function holderNames({ holders }: WalPicture): string[] {
  return holders.map(({ constraint, reason, who }) => [constraint, reason, who ?? "-"].join(" "));
}

function reasons({ refusals }: WalPicture): string[] {
  return refusals.map(({ reason }) => reason);
}

await databaseTest(
  "takeLook() says of a server that is up what it says itself",
  1,
  async (database) => {
    await database.start();
    const { picture, evidence } = await look(observe(database));
    assert.equal(picture.server.state, "up");
    assert.equal(picture.server.role, "primary");
    assert.equal(picture.server.major, database.major);
    const [row = ""] = await database.sql(
      "SELECT redo_lsn, redo_wal_file, (SELECT system_identifier FROM pg_control_system()), " +
        "pg_current_wal_lsn(), (SELECT count(*) FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$') " +
        "FROM pg_control_checkpoint()",
    );
    const [redo, redoFile, system, position, segments] = row.split("|");
    assert.ok(picture.redo.kind === "known" && evidence.position.kind === "known");
    assert.equal(picture.redo.lsn, redo);
    assert.equal(picture.redo.file, redoFile);
    assert.equal(picture.systemIdentifier, system);
    assert.equal(formatLsn(evidence.position.value.lsn), position);
    assert.equal(picture.counts?.segments, Number(segments));
    assert.equal(evidence.position.value.timeline, 1);
    assert.deepEqual(reasons(picture).filter((reason) => reason.startsWith("Server")), []);
  },
);

await databaseTest("T6: takeLook() names the slot that nobody reads from", 1, async (database) => {
  await database.start();
  await database.sql("SELECT pg_create_physical_replication_slot('forgotten', true)");
  await database.sql(FOUR_SEGMENTS);
  await database.sql("CHECKPOINT");
  const observer = observe(database);
  await look(observer);
  const { picture } = await look(observer);
  const [holder] = picture.holders;
  assert.equal(holderNames(picture)[0], "C3 SlotHoldsWal forgotten");
  assert.equal(holder?.remedy, "StartConsumerOrDropSlot");
  assert.ok((holder?.bytesHeld ?? 0) >= 4 * 2 ** 20, `${holder?.bytesHeld}`);
  assert.ok(holder?.ageMs !== undefined);
  assert.ok(picture.cutOff.kind === "unknown");
  assert.equal(picture.cutOff.noLaterThan?.setBy[0]?.who, "forgotten");
  assert.equal(picture.checkpoint.kind === "known" && picture.checkpoint.segments, 0);
});

await databaseTest(
  "T3: takeLook() tells that archiving fails and what waits",
  1,
  async (database) => {
    await configure(database, "archive_mode = on", "archive_command = 'false'");
    await database.start();
    await database.sql(FOUR_SEGMENTS);
    await database.sql("CHECKPOINT");
    await eventually("a failed attempt", async () => {
      const rows = await database.sql("SELECT failed_count > 0 FROM pg_stat_archiver");
      return rows[0] === "t";
    });
    const { picture } = await look(observe(database));
    assert.equal(picture.archiver.mode, "on");
    assert.equal(picture.archiver.isFailing, true);
    assert.ok((picture.archiver.waitingFiles ?? 0) >= 3);
    assert.ok((picture.archiver.oldestWaitingAgeMs ?? -1) >= 0);
    assert.match(picture.archiver.lastFailedFile ?? "", /^[0-9A-F]{24}$/);
    assert.match(holderNames(picture)[0] ?? "", /^C6 NotArchived [0-9A-F]{24}$/);
    assert.equal(picture.holders[0]?.remedy, "FixArchiver");
    assert.equal(picture.victims.count, 0);
  },
);

await databaseTest("T11: takeLook() names wal_keep_size", 1, async (database) => {
  await configure(database, "wal_keep_size = '3MB'");
  await database.start();
  await database.sql(FOUR_SEGMENTS);
  await database.sql("CHECKPOINT");
  const { picture, evidence } = await look(observe(database));
  assert.deepEqual(evidence.walKeepBytes, { kind: "known", value: 3 * 2 ** 20 });
  assert.equal(holderNames(picture)[0], "C5 WalKeepSizeHoldsWal -");
});

await databaseTest(
  "takeLook() knows the cut-off after two checkpoints, and rates",
  1,
  async (database) => {
    await database.start();
    const observer = observe(database);
    assert.ok(reasons((await look(observer)).picture).includes("FirstLook"));
    await database.sql(FOUR_SEGMENTS);
    await database.sql("CHECKPOINT");
    await systemClock.sleep(250);
    const { picture, evidence } = await look(observer);
    assert.ok(picture.cutOff.kind === "known", JSON.stringify(picture.cutOff));
    assert.deepEqual(picture.cutOff.setBy.map(({ constraint }) => constraint), ["C8"]);
    assert.equal(evidence.previousRedo.kind, "known");
    assert.ok((picture.rates.walBytesPerSecond ?? 0) > 2 ** 20);
    assert.ok(!reasons(picture).includes("FirstLook"));
  },
);

await databaseTest(
  "T13: takeLook() refuses as a role that sees no standby",
  1,
  async (database) => {
    await database.start();
    await database.sql("CREATE ROLE blind LOGIN");
    const { picture, evidence } = await look(observe(database, "blind"));
    assert.equal(picture.server.state, "up");
    assert.deepEqual(evidence.statisticsVisible, { kind: "known", value: false });
    assert.ok(reasons(picture).includes("StatisticsHidden"));
    await database.sql("GRANT pg_monitor TO blind");
    const seeing = await look(observe(database, "blind"));
    assert.deepEqual(seeing.evidence.statisticsVisible, { kind: "known", value: true });
  },
);

await databaseTest(
  "takeLook() changes nothing, and leaves no connection behind",
  1,
  async (database) => {
    await database.start();
    const session = createPostgresDatabase({
      directory: database.directory,
      port: 5432,
      database: "postgres",
    });
    const outcome = await session.open("postgres", AbortSignal.timeout(5_000));
    assert.ok(outcome.kind === "open");
    await assert.rejects(outcome.session.rows("CREATE TABLE t (n int)"), /read-only transaction/);
    await assert.rejects(outcome.session.rows("SELECT pg_sleep(60)"), /statement timeout/);
    const [mine] = await outcome.session.rows(
      "SELECT application_name, current_setting('search_path') AS path FROM pg_stat_activity " +
        "WHERE pid = pg_backend_pid()",
    );
    assert.deepEqual({ ...mine }, {
      ["application_name"]: "cnpg-storage-agent",
      path: "pg_catalog",
    });
    outcome.session.close();
    await look(observe(database));
    await eventually("no connection of the agent", async () => {
      const rows = await database.sql(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'cnpg-storage-agent'",
      );
      return rows[0] === "0";
    });
  },
);

await databaseTest("takeLook() works from files when the server is down", 1, async (database) => {
  await database.start();
  await database.sql("SELECT pg_create_physical_replication_slot('forgotten', true)");
  await database.sql(FOUR_SEGMENTS);
  await database.sql("CHECKPOINT");
  const observer = observe(database);
  await look(observer);
  await database.crash();
  const { picture, evidence } = await look(observer);
  assert.equal(picture.server.state, "down");
  assert.deepEqual(evidence.postmasterGone, { kind: "known", value: true });
  assert.equal(holderNames(picture)[0], "C3 SlotHoldsWal forgotten");
  assert.equal(picture.archiver.mode, "off");
  assert.ok(reasons(picture).includes("DiskNotFull"));
  assert.ok(picture.headroom.kind === "known");
  assert.ok(picture.headroom.leastBytes <= picture.headroom.mostBytes);
});

await databaseTest(
  "takeLook() takes the lock file of a killed server for a leftover",
  1,
  async (database) => {
    await database.start();
    const lockFile = `${database.dataDirectory}/postmaster.pid`;
    const pid = Number((await Deno.readTextFile(lockFile)).split("\n")[0]);
    Deno.kill(pid, "SIGKILL");
    const observer = observe(database);
    await eventually("nobody at the socket", async () => {
      const { picture } = await look(observer);
      return picture.server.state === "down";
    });
    const { evidence } = await look(observer);
    assert.deepEqual(evidence.postmasterGone, { kind: "known", value: true });
    await Deno.remove(`${database.directory}/.s.PGSQL.5432`);
    const blind = await look(observer);
    assert.equal(blind.evidence.server.kind, "unknown");
    assert.equal(blind.evidence.postmasterGone.kind, "unknown");
    // Nothing is left that could be stopped.
    await Deno.remove(lockFile);
  },
);

await databaseTest("takeLook() tells a standby and its primary apart", 1, async (database) => {
  await configure(database, "wal_keep_size = 0");
  await database.start();
  const standby = {
    directory: `${database.directory}/standby`,
    dataDirectory: `${database.directory}/standby/data`,
  };
  const { run, directory } = database;
  await run("pg_basebackup", "-h", directory, "-U", "postgres", "-D", standby.dataDirectory, "-R");
  const options = `-c listen_addresses='' -c unix_socket_directories='${standby.directory}'`;
  await run(
    "pg_ctl",
    "-D",
    standby.dataDirectory,
    "-w",
    "-l",
    `${directory}/log2`,
    "-o",
    options,
    "start",
  );
  try {
    await eventually("a standby that streams", async () => {
      const rows = await database.sql(
        "SELECT count(*) FROM pg_stat_replication WHERE replay_lsn IS NOT NULL",
      );
      return rows[0] === "1";
    });
    const primary = await look(observe(database));
    const [sender] = primary.evidence.walSenders.kind === "known"
      ? primary.evidence.walSenders.value
      : [];
    assert.equal(sender?.usesSlot, false);
    assert.ok(holderNames(primary.picture).some((name) => name.startsWith("C4 WalSenderNeedsWal")));
    const { picture, evidence } = await look(observe(standby));
    assert.equal(picture.server.role, "standby");
    assert.ok(evidence.position.kind === "known");
    assert.equal(evidence.position.value.timeline, 1);
    assert.equal(picture.redo.kind, "known");
    // Both are of one system: only the signal file tells whose server answers.
    const { dataDirectory } = database;
    const crossed = await look(observe({ directory: standby.directory, dataDirectory }));
    assert.equal(crossed.picture.systemIdentifier, picture.systemIdentifier);
    assert.equal(crossed.picture.server.state, "unknown");
  } finally {
    await run("pg_ctl", "-D", standby.dataDirectory, "-w", "-m", "immediate", "stop");
  }
});
