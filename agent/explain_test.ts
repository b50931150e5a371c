import assert from "node:assert/strict";
import { createFakeClock } from "../kube/testing/fake_clock.ts";
import { nameOf } from "../lib/wal/testing/evidence.ts";
import { explain, type ExplainPorts, type ExplainResult, type SocketPlace } from "./explain.ts";
import type { Database } from "./wal/database.ts";
import { WalPictureSchema } from "./wal/picture.ts";
import { fakeFiles, type FileTree, instanceTree, PGDATA } from "./wal/testing/fake_files.ts";
import {
  ARCHIVER,
  fakeDatabase,
  fakeOperator,
  fakeProbe,
  SENDER,
  silentDatabase,
  SLOT,
  STARTED_AT_MS,
} from "./wal/testing/fake_ports.ts";

const RUNNING: FileTree = {
  [`${PGDATA}/postmaster.pid`]: `17\n${PGDATA}\n${STARTED_AT_MS / 1000}\n5433\n/run/postgresql\n`,
};

interface Told extends ExplainResult {
  readonly places: readonly SocketPlace[];
}

async function run(
  args: readonly string[],
  tree: FileTree = instanceTree(RUNNING),
  database: Database = fakeDatabase({ slots: [SLOT], senders: [SENDER] }),
): Promise<Told> {
  const places: SocketPlace[] = [];
  const ports: ExplainPorts = {
    clock: createFakeClock(),
    files: fakeFiles(tree),
    probe: fakeProbe(100_000),
    openDatabase: (place) => {
      places.push(place);
      return database;
    },
    openOperator: () => fakeOperator(),
    podName: "orders-1",
  };
  const result = await explain(["--pgdata", PGDATA, "--interval", "0", ...args], ports);
  return { ...result, places };
}

Deno.test("explain() tells holders, remedies and the cut-off as text", async () => {
  const { status, output = "", error } = await run([]);
  assert.equal(status, 0);
  assert.equal(error, undefined);
  assert.match(output, /^PostgreSQL 15 in \/data\/pgdata, system 7300000000000000123\n/);
  assert.match(output, /Server {5}up, primary/);
  assert.match(output, new RegExp(`REDO {7}${nameOf(12)} \\(0/C000028\\)`));
  assert.match(output, /C3 SlotHoldsWal _cnpg_orders_2: 48 MiB from 0{7}1.*B on, for 0 ms/);
  assert.match(output, /Start the slot's consumer; drop the slot only/);
  assert.match(output, new RegExp(`Cut-off: unknown, and no later than ${nameOf(10)}, set by C3`));
  assert.match(output, /Nothing would be removed:\n {2}FirstLook: /);
  assert.match(output, /Archiving: mode on, stored; 0 files \(0 B\) wait/);
});

Deno.test("explain() tells failing archiving as text", async () => {
  const archiver = {
    ...ARCHIVER,
    failedCount: 3,
    lastFailedFile: nameOf(11),
    lastFailedAgeMs: 1,
  };
  const tree = instanceTree({
    ...RUNNING,
    [`${PGDATA}/pg_wal/archive_status/${nameOf(11)}.ready`]: "",
  });
  const { output = "" } = await run([], tree, fakeDatabase({ archiver }));
  assert.match(output, /1 files \(16 MiB\) wait, the oldest for /);
  assert.match(output, new RegExp(`failing: ${nameOf(11)}, 3 times so far`));
});

Deno.test("explain() prints JSON of the documented shape", async () => {
  const { status, output = "" } = await run(["-o", "json"]);
  assert.equal(status, 0);
  const parsed: unknown = JSON.parse(output);
  assert.deepEqual(WalPictureSchema.parse(parsed), parsed);
});

Deno.test("explain() looks twice, so that it knows rates", async () => {
  const clock = createFakeClock();
  const explaining = explain(["--pgdata", PGDATA, "-o", "json"], {
    clock,
    files: fakeFiles(instanceTree(RUNNING)),
    probe: fakeProbe(0),
    openDatabase: () => fakeDatabase(),
    openOperator: () => fakeOperator(),
  });
  await clock.advance(1_000);
  const { output = "" } = await explaining;
  assert.equal(WalPictureSchema.parse(JSON.parse(output)).rates.walBytesPerSecond, 0);
});

const PLACES: Record<string, { args: string[]; tree: FileTree; place: SocketPlace }> = {
  "postmaster.pid says it": {
    args: [],
    tree: instanceTree(RUNNING),
    place: { directory: "/run/postgresql", port: 5433 },
  },
  "nothing says another": {
    args: [],
    tree: instanceTree(),
    place: { directory: "/controller/run", port: 5432 },
  },
  "the arguments say it": {
    args: ["--socket", "/s", "--port", "6000"],
    tree: instanceTree(RUNNING),
    place: { directory: "/s", port: 6000 },
  },
};

for (const [name, { args, tree, place }] of Object.entries(PLACES)) {
  Deno.test(`explain() asks at ${place.directory}:${place.port} when ${name}`, async () => {
    assert.deepEqual((await run(args, tree)).places, [place]);
  });
}

Deno.test("explain() asks as the one role that is named", async () => {
  const database = fakeDatabase();
  await run(["--user", "monitor"], instanceTree(RUNNING), database);
  assert.deepEqual(database.roles, ["monitor"]);
});

Deno.test("explain() ends with 0 when the server is known to be down", async () => {
  const { status, output = "" } = await run([], instanceTree(), silentDatabase("noSocket"));
  assert.equal(status, 0);
  assert.match(output, /Server {5}down, primary/);
  assert.match(output, /Archiving: mode unknown, not proven to be stored/);
});

Deno.test("explain() ends with 3 when nobody tells whether the server is up", async () => {
  const database = silentDatabase("noSocket");
  const { status, output = "" } = await run([], instanceTree(RUNNING), database);
  assert.equal(status, 3);
  assert.match(output, /Server {5}unknown, primary\n {13}Cannot connect: noSocket/);
});

Deno.test("explain() ends with 1 and says why when there is no data directory", async () => {
  const absent = await run([], {});
  assert.equal(absent.status, 1);
  assert.match(absent.error ?? "", /^Cannot explain: expected a data directory at \/data\/pgdata/);
  const other = await run([], { [`${PGDATA}/notes.txt`]: "" });
  assert.equal(other.status, 1);
  assert.match(
    other.error ?? "",
    /^Cannot look at the data directory: expected the file .*PG_VERS/,
  );
  assert.equal(other.output, undefined);
});

Deno.test("explain() ends with 2 when it is asked wrongly, and with 0 when for help", async () => {
  const wrong = await run(["--database", "x"]);
  assert.equal(wrong.status, 2);
  assert.match(wrong.error ?? "", /^Cannot explain: expected an option.*\n\nUsage: agent explain/);
  const help = await run(["--help"]);
  assert.equal(help.status, 0);
  assert.match(help.output ?? "", /^Usage: agent explain/);
});
