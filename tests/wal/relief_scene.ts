/**
 * A real server whose pg_wal lies on a small volume of its own, as CNPG lays it out, and runs full.
 *
 * @module
 */

import { statfs } from "node:fs/promises";

import { systemClock } from "../../kube/system_clock.ts";
import { bytes } from "../../lib/units/bytes.ts";
import type { WalEvidence } from "../../lib/wal/evidence.ts";
import { known } from "../../lib/wal/fact.ts";
import { programAt } from "../../agent/relief/deno_program.ts";
import { openWalDirectory } from "../../agent/relief/deno_wal_directory.ts";
import type { OfflineHands } from "../../agent/relief/offline.ts";
import { createVolumeStore, type FileSystem, XFS_BYTES_MIN } from "../lab/volumes.ts";
import { databaseTest, type TestDatabase } from "./postgresql.ts";
import { namesIn, readEvidence } from "./read_evidence.ts";

/** Room for some dozens of segments of 1 MiB. */
export const ROOM_BYTES = 56 * 2 ** 20;

/** With ext4's journal; an xfs may not be as small, so a file takes the rest. */
const EXT4_BYTES = 64 * 2 ** 20;

/** How often it is asked whether the archiver is done, and how long between. */
const ARCHIVER_TRIES = 300;
const ARCHIVER_PAUSE_SECONDS = 0.1;

/** A database, its full volume, and hands for it. */
export interface ReliefScene {
  readonly database: TestDatabase;
  /** The mount point of pg_wal's volume. */
  readonly volumePath: string;
  /** pg_wal on it, without links. */
  readonly walPath: string;
  /** Where archived segments go. */
  readonly archivePath: string;
  readonly hands: OfflineHands;
  /** Lets the archiver work, or fail. */
  openArchive(isOpen: boolean): Promise<void>;
  /** Waits until nothing waits any more. */
  waitForArchiver(): Promise<void>;
  /** Writes until the server ends for want of room, and sees that it cannot start again. */
  runFull(): Promise<void>;
  availableBytes(): Promise<number>;
}

/** Registers a test that needs PostgreSQL and loop devices: it runs, is ignored and says why, or (in CI) fails. */
export async function reliefTest(
  name: string,
  test: (scene: ReliefScene) => Promise<void>,
  fileSystem: FileSystem = "ext4",
): Promise<void> {
  const reason = await missing();
  if (reason === undefined) {
    await databaseTest(
      name,
      1,
      async (database) => await test(await setScene(database, fileSystem)),
    );
  } else if (Deno.env.get("CI")) {
    Deno.test(name, () => {
      throw new Error(`Cannot run with a volume: ${reason}`);
    });
  } else {
    Deno.test({ name: `${name} (cannot run: ${reason})`, ignore: true, fn: () => {} });
  }
}

async function missing(): Promise<string | undefined> {
  if (Deno.uid() !== 0) return "mounting file systems needs root";
  for (const path of ["/dev/loop-control", "/usr/sbin/mkfs.ext4", "/usr/sbin/mkfs.xfs"]) {
    const found = await Deno.stat(path).then(() => true, () => false);
    if (!found) return `expected ${path}, found nothing`;
  }
  return undefined;
}

async function setScene(database: TestDatabase, fileSystem: FileSystem): Promise<ReliefScene> {
  const { directory, dataDirectory, sql } = database;
  const { uid } = await Deno.stat(dataDirectory);
  const volumes = createVolumeStore(directory);
  const volume = await volumes.create({
    sizeBytes: fileSystem === "xfs" ? XFS_BYTES_MIN : EXT4_BYTES,
    fileSystem,
    ownerId: uid ?? 0,
  });
  const { path: volumePath } = volume;
  await volumes.fill(volume, { availableBytes: ROOM_BYTES });
  await moveWal(`${dataDirectory}/pg_wal`, `${volumePath}/pg_wal`);
  const archivePath = `${directory}/archive`;
  const gate = `${directory}/archive-is-open`;
  await writeSettings(
    dataDirectory,
    `test -e ${gate} && mkdir -p ${archivePath} && cp %p ${archivePath}/%f`,
  );
  const availableBytes = async (): Promise<number> => {
    const { bavail, bsize } = await statfs(volumePath);
    return bavail * bsize;
  };
  const look = async (): Promise<WalEvidence> => ({
    ...await readEvidence(dataDirectory),
    availableBytes: known(bytes(await availableBytes())),
  });
  const walDirectory = await openWalDirectory(`${dataDirectory}/pg_wal`);
  return {
    database,
    volumePath,
    walPath: walDirectory.path,
    archivePath,
    availableBytes,
    hands: {
      look,
      clock: systemClock,
      directory: walDirectory,
      archiveCleanup: programAt(`/usr/lib/postgresql/${database.major}/bin/pg_archivecleanup`),
      askPostmasterGone: async () =>
        known(!(await namesIn(dataDirectory)).includes("postmaster.pid")),
    },
    openArchive: (isOpen) => isOpen ? Deno.writeTextFile(gate, "") : Deno.remove(gate),
    async waitForArchiver(): Promise<void> {
      for (let tries = 0; tries < ARCHIVER_TRIES; tries += 1) {
        const names = await namesIn(`${walDirectory.path}/archive_status`);
        if (!names.some((name) => name.endsWith(".ready"))) return;
        await sql(`SELECT pg_sleep(${ARCHIVER_PAUSE_SECONDS})`);
      }
      throw new Error("Cannot go on: expected the archiver to finish, found files that wait");
    },
    runFull: () => runFull(database),
  };
}

/** With the link that CNPG puts in its place. */
async function moveWal(from: string, to: string): Promise<void> {
  const { success } = await new Deno.Command("cp", { args: ["-a", from, to] }).output();
  if (!success) throw new Error(`Cannot copy ${from} to ${to}`);
  await Deno.remove(from, { recursive: true });
  await Deno.symlink(to, from);
}

async function writeSettings(dataDirectory: string, archiveCommand: string): Promise<void> {
  const settings = [
    "archive_mode = on",
    `archive_command = '${archiveCommand}'`,
    "min_wal_size = '2MB'",
    "max_wal_size = '1GB'",
    "checkpoint_timeout = '1h'",
    "wal_keep_size = 0",
    "restart_after_crash = off",
    "autovacuum = off",
  ];
  await Deno.writeTextFile(`${dataDirectory}/postgresql.auto.conf`, settings.join("\n"));
}

async function runFull({ sql, start }: TestDatabase): Promise<void> {
  await sql("CREATE TABLE IF NOT EXISTS filler (text text)");
  const write = "INSERT INTO filler SELECT repeat('x', 1000) FROM generate_series(1, 200000)";
  const ended = await sql(write).then(() => false, () => true);
  if (!ended) throw new Error("Cannot go on: expected the volume to run full, found room");
  const started = await start().then(() => true, () => false);
  if (started) throw new Error("Cannot go on: expected a server that cannot start, found one");
}
