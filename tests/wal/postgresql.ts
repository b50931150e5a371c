/**
 * A real PostgreSQL in a directory of its own, for tests that compare what we read with what it says.
 *
 * @module
 */

import { makeReapedDirectory } from "../lab/reaper.ts";

/** Where Debian and Ubuntu keep the programs of each major. */
const PROGRAMS_ROOT = "/usr/lib/postgresql";

/** PostgreSQL refuses to run as root; the packages make this user. */
const UNPRIVILEGED_USER = "postgres";

/** A command takes seconds; what takes longer hangs. */
const COMMAND_LIMIT_MS = 60_000;

/** A database cluster that lives as long as a test. It listens on a socket in its own directory alone. */
export interface TestDatabase {
  readonly directory: string;
  readonly dataDirectory: string;
  readonly major: number;
  /** Runs one of PostgreSQL's programs as the cluster's owner, and answers what it printed. */
  run(program: string, ...args: readonly string[]): Promise<string>;
  /** Runs SQL; answers the rows, columns separated by `|`. */
  sql(statement: string): Promise<string[]>;
  start(): Promise<void>;
  /** Stops as a crash does, without a checkpoint. */
  crash(): Promise<void>;
}

/** Registers a test that needs PostgreSQL's programs: it runs, is ignored and says why, or (in CI) fails. */
export async function databaseTest(
  name: string,
  segmentMib: number,
  test: (database: TestDatabase) => Promise<void>,
): Promise<void> {
  const major = await newestMajor();
  if (major !== undefined) {
    Deno.test(`${name} (PostgreSQL ${major})`, () => withDatabase(major, segmentMib, test));
    return;
  }
  const reason = `expected PostgreSQL's programs below ${PROGRAMS_ROOT}, found none`;
  if (Deno.env.get("CI")) {
    Deno.test(name, () => {
      throw new Error(`Cannot run PostgreSQL: ${reason}`);
    });
  } else {
    Deno.test({ name: `${name} (cannot run: ${reason})`, ignore: true, fn: () => {} });
  }
}

async function newestMajor(): Promise<number | undefined> {
  const majors: number[] = [];
  try {
    for await (const { name } of Deno.readDir(PROGRAMS_ROOT)) {
      const initdb = await Deno.stat(`${PROGRAMS_ROOT}/${name}/bin/initdb`).catch(() => undefined);
      if (initdb?.isFile && Number(name) >= 13 && Number(name) <= 18) majors.push(Number(name));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return majors.sort((first, second) => first - second).at(-1);
}

async function withDatabase(
  major: number,
  segmentMib: number,
  test: (database: TestDatabase) => Promise<void>,
): Promise<void> {
  await using made = await makeReapedDirectory("cnpg-storage-wal-");
  const directory = `${made.path}/cluster`;
  await Deno.mkdir(directory);
  if (Deno.uid() === 0) await execute("chown", [UNPRIVILEGED_USER, directory]);
  const database = openDatabase(major, directory);
  const { dataDirectory } = database;
  await database.run(
    "initdb",
    ...["-D", dataDirectory, "-U", "postgres", "-A", "trust", "--no-sync", "--data-checksums"],
    `--wal-segsize=${segmentMib}`,
  );
  try {
    await test(database);
  } finally {
    const isRunning = await Deno.stat(`${dataDirectory}/postmaster.pid`).catch(() => undefined);
    if (isRunning !== undefined) await database.crash();
  }
}

function openDatabase(major: number, directory: string): TestDatabase {
  const dataDirectory = `${directory}/data`;
  const run = (program: string, ...args: readonly string[]): Promise<string> => {
    const path = `${PROGRAMS_ROOT}/${major}/bin/${program}`;
    return Deno.uid() === 0
      ? execute("runuser", ["-u", UNPRIVILEGED_USER, "--", path, ...args])
      : execute(path, args);
  };
  return {
    directory,
    dataDirectory,
    major,
    run,
    sql: async (statement) => {
      const login = ["-h", directory, "-U", "postgres", "-d", "postgres"];
      const output = await run("psql", ...login, "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", statement);
      return output.split("\n").filter((line) => line !== "");
    },
    start: async () => {
      const options = `-c listen_addresses='' -c unix_socket_directories='${directory}'`;
      const log = `${directory}/log`;
      await run("pg_ctl", "-D", dataDirectory, "-w", "-l", log, "-o", options, "start");
    },
    crash: async () => {
      await run("pg_ctl", "-D", dataDirectory, "-w", "-m", "immediate", "stop");
    },
  };
}

async function execute(program: string, args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    cwd: "/",
    stdin: "null",
    clearEnv: true,
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C", TZ: "UTC" },
    signal: AbortSignal.timeout(COMMAND_LIMIT_MS),
  }).output();
  const [output, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (!success) throw new Error(`Cannot run ${program} ${args.join(" ")}: ${errors}${output}`);
  return output ?? "";
}
