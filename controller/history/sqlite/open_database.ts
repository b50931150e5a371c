/**
 * Opens the file of the history, and makes it what this version needs.
 *
 * Adapter: SQLite, as the runtime brings it.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";

/** Raised with every change of the tables. A file of a newer version is left alone. */
const SCHEMA_VERSION = 1;

/**
 * What is written and thrown away together lies together: a row is found by its hour first. `count` of an
 * aggregate is that of its samples, `with_wal` its basis; `seen_hour` is the last hour of which anything is kept.
 */
const TABLES = `
  CREATE TABLE volumes (
    id INTEGER PRIMARY KEY, claim_uid TEXT NOT NULL UNIQUE, seen_hour INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE hours (
    hour INTEGER NOT NULL, volume INTEGER NOT NULL, packed BLOB NOT NULL,
    PRIMARY KEY (hour, volume)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE aggregates (
    hour INTEGER NOT NULL, volume INTEGER NOT NULL, min_bytes INTEGER NOT NULL,
    max_bytes INTEGER NOT NULL, last_bytes INTEGER NOT NULL, count INTEGER NOT NULL,
    with_wal INTEGER NOT NULL,
    PRIMARY KEY (hour, volume)
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/**
 * A lock that is never let go makes SQLite do without shared memory, and a second process on the same file an
 * error instead of damage. With NORMAL a power failure costs the last batches, and never the file. Temporary files
 * would go where the container may not write. The cache is counted in KiB, the limit of the write-ahead log in
 * bytes.
 */
const SETTINGS = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA temp_store = MEMORY;
  PRAGMA cache_size = -1024;
  PRAGMA journal_size_limit = 4194304;
  PRAGMA wal_autocheckpoint = 512;
  PRAGMA mmap_size = 0;
`;

/**
 * Opens the file, or begins one. It is read through first, 0.4 s for 167 MB, unless it was found whole before.
 *
 * @throws {Error} If it is of a newer version, which is then untouched, or with SQLite's text if it is damaged or
 * cannot be used.
 */
export function openDatabase(
  path: string,
  fileBytesMax: number,
  isChecked = false,
): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    const version = numberOf(database, "PRAGMA user_version");
    if (version > SCHEMA_VERSION) {
      const problem = `expected version ${SCHEMA_VERSION} or older, found ${version}`;
      throw new Error(`Cannot read a file of a newer version: ${problem}`);
    }
    database.exec(SETTINGS);
    if (!isChecked) checkIntegrity(database);
    if (version === 0) database.exec(`BEGIN IMMEDIATE; ${TABLES} COMMIT;`);
    const pages = Math.floor(fileBytesMax / numberOf(database, "PRAGMA page_size"));
    database.exec(`PRAGMA max_page_count = ${pages}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function checkIntegrity(database: DatabaseSync): void {
  const [finding] = Object.values(database.prepare("PRAGMA quick_check(1)").get() ?? {});
  if (finding !== "ok") {
    throw new Error(`Cannot trust the file: database disk image is malformed: ${finding}`);
  }
}

function numberOf(database: DatabaseSync, statement: string): number {
  return Number(Object.values(database.prepare(statement).get() ?? {})[0] ?? 0);
}
