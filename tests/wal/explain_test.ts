/**
 * `deno task agent explain` as a process under the flags of its task, on a real PostgreSQL.
 *
 * @module
 */

import assert from "node:assert/strict";
import { type WalPicture, WalPictureSchema } from "../../agent/wal/picture.ts";
import { databaseTest, type TestDatabase } from "./postgresql.ts";

const ROOT = new URL("../..", import.meta.url).pathname;

/** A process starts, looks twice and prints; more than this hangs. */
const RUN_LIMIT_MS = 60_000;

interface Run {
  readonly status: number;
  readonly output: string;
  readonly errors: string;
}

/** The task's command; `socket` takes the place of the directories in which it may use sockets. */
async function taskArguments(socket: string | undefined): Promise<string[]> {
  const config: unknown = JSON.parse(await Deno.readTextFile(`${ROOT}/deno.json`));
  assert.ok(typeof config === "object" && config !== null && "tasks" in config);
  const { tasks } = config;
  assert.ok(typeof tasks === "object" && tasks !== null && "agent" in tasks);
  const [program, ...args] = String(tasks.agent).split(" ");
  assert.equal(program, "deno");
  return socket === undefined
    ? args
    : args.map((arg) => arg.startsWith("--allow-write=") ? `--allow-write=${socket}` : arg);
}

async function explain(args: readonly string[], socket?: string): Promise<Run> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...await taskArguments(socket), "explain", "--interval", "0.2", ...args],
    cwd: ROOT,
    stdin: "null",
    env: { ["NO_COLOR"]: "1" },
    signal: AbortSignal.timeout(RUN_LIMIT_MS),
  }).output();
  const [output = "", errors = ""] = [stdout, stderr].map((text) => new TextDecoder().decode(text));
  return { status: code, output, errors };
}

function socketOf({ directory }: TestDatabase): string {
  return `${directory}/.s.PGSQL.5432`;
}

function pictureOf({ output, errors }: Run): WalPicture {
  assert.notEqual(output, "", errors);
  return WalPictureSchema.parse(JSON.parse(output));
}

await databaseTest("agent explain tells of a server that is up, and down", 1, async (database) => {
  const { dataDirectory } = database;
  await database.start();
  await database.sql("SELECT pg_create_physical_replication_slot('forgotten', true)");
  await database.sql("SELECT pg_switch_wal()");
  await database.sql("CREATE TABLE t ()");
  await database.sql("CHECKPOINT");
  const args = ["--pgdata", dataDirectory, "--operator", "none", "-o", "json"];
  const up = await explain(args, socketOf(database));
  assert.equal(up.status, 0, up.errors);
  const picture = pictureOf(up);
  assert.equal(picture.server.state, "up");
  assert.equal(picture.holders[0]?.who, "forgotten");
  assert.equal(picture.rates.walBytesPerSecond, 0);

  const text = await explain(["--pgdata", dataDirectory], socketOf(database));
  assert.match(text.output, /C3 SlotHoldsWal forgotten: 2 MiB/);
  assert.match(text.output, /OperatorStateUnknown: .*expected an answer from http:\/\/localhost/);

  await database.crash();
  const down = await explain(args, socketOf(database));
  assert.equal(down.status, 0, down.errors);
  assert.equal(pictureOf(down).server.state, "down");
  assert.equal(pictureOf(down).holders[0]?.remedy, "StartServer");
});

await databaseTest("agent explain says which socket it may not use", 1, async (database) => {
  await database.start();
  const run = await explain(["--pgdata", database.dataDirectory, "-o", "json"]);
  assert.equal(run.status, 3, run.errors);
  const { server } = pictureOf(run);
  assert.equal(server.state, "unknown");
  const access = `write access to "${socketOf(database)}"`;
  assert.equal((server.message ?? "").includes(access), true, `${server.message}`);
});

await databaseTest(
  "agent explain ends with 1 where there is no data directory",
  1,
  async (database) => {
    const run = await explain(["--pgdata", database.directory]);
    assert.equal(run.status, 1);
    assert.match(run.errors, /Cannot look at the data directory: expected the file .*PG_VERSION/);
    assert.equal(run.output, "");
  },
);
