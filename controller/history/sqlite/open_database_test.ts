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

Deno.test("openDatabase() reads a file through, unless it was found whole before", async () => {
  await using file = await testDirectory();
  const database = openDatabase(file.path, FILE_BYTES_MAX);
  const insert = database.prepare("INSERT INTO hours VALUES (?, 1, zeroblob(200))");
  for (let hour = 0; hour < 500; hour++) insert.run(hour);
  database.close();
  const content = await Deno.readFile(file.path);
  content.fill(0xa5, content.length - 8_192);
  await Deno.writeFile(file.path, content);
  assert.throws(() => openDatabase(file.path, FILE_BYTES_MAX), /malformed/);
  openDatabase(file.path, FILE_BYTES_MAX, true).close();
});
