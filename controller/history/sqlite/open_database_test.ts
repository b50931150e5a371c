import assert from "node:assert/strict";
import type { DatabaseSync } from "node:sqlite";
import { openDatabase } from "./open_database.ts";
import { testDirectory } from "./testing/directory.ts";

const FILE_BYTES_MAX = 2 ** 20;

function settingOf(database: DatabaseSync, name: string): unknown {
  return Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
}

Deno.test("openDatabase() makes a file that one process has, that survives a kill and stays small", async () => {
  await using file = await testDirectory();
  const database = openDatabase(file.path, FILE_BYTES_MAX);
  const settings = ["journal_mode", "locking_mode", "synchronous", "temp_store", "max_page_count"];
  assert.deepEqual(settings.map((name) => settingOf(database, name)), [
    "wal",
    "exclusive",
    1,
    2,
    FILE_BYTES_MAX / Number(settingOf(database, "page_size")),
  ]);
  database.close();
});
