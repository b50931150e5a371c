import assert from "node:assert/strict";
import { createFakeClock } from "../../kube/testing/fake_clock.ts";
import { controlFileBytes } from "../../lib/wal/testing/control_file_bytes.ts";
import { nameOf } from "../../lib/wal/testing/evidence.ts";
import { slotStateBytes } from "../../lib/wal/testing/slot_state_bytes.ts";
import type { WalFiles } from "./files.ts";
import { CONTROL_FILE_PAUSE_MS, CONTROL_FILE_TRIES } from "./read_control_file.ts";
import { type FilesSeen, readFiles } from "./read_files.ts";
import {
  fakeFiles,
  type FileTree,
  instanceTree,
  MODIFIED_AT_MS,
  PGDATA,
} from "./testing/fake_files.ts";
import { fakeProbe } from "./testing/fake_ports.ts";

const OPEN = new AbortController().signal;

function read(
  tree: FileTree,
  expectedWalId?: string,
  files: WalFiles = fakeFiles(tree),
): Promise<FilesSeen> {
  const ports = { files, clock: createFakeClock(), probe: fakeProbe(5_000) };
  return readFiles(ports, { pgdata: PGDATA, expectedWalId }, OPEN);
}

function withoutPath(path: string): FileTree {
  const entries = Object.entries(instanceTree());
  return Object.fromEntries(entries.filter(([key]) => !key.startsWith(path)));
}

Deno.test("readFiles() reads everything of a server that has stopped", async () => {
  const seen = await read(instanceTree({
    [`${PGDATA}/pg_replslot/_cnpg_orders_2/state`]: slotStateBytes({ major: 15 }),
    [`${PGDATA}/pg_wal/archive_status/${nameOf(11)}.ready`]: "",
    [`${PGDATA}/standby.signal`]: "",
  }));
  assert.ok(seen.control.kind === "known" && seen.control.value.kind === "known");
  assert.ok(seen.listing.kind === "known");
  assert.equal(seen.listing.value.segments.length, 4);
  assert.deepEqual([...seen.listing.value.statuses.ready], [nameOf(11)]);
  assert.ok(seen.slotFiles.kind === "known");
  assert.equal(seen.slotFiles.value[0]?.kind, "known");
  assert.deepEqual(seen.signalledRole, { kind: "known", value: "standby" });
  assert.deepEqual(seen.backupLabel, { kind: "known", value: { kind: "absent" } });
  assert.deepEqual(seen.postmaster, { kind: "known", value: { kind: "absent" } });
  assert.deepEqual(seen.availableBytes, { kind: "known", value: 5_000 });
  assert.deepEqual(seen.oldestReadyAtMs, { kind: "known", value: MODIFIED_AT_MS });
  assert.ok(seen.directory.kind === "known");
  assert.deepEqual(seen.directory.value.directory, {
    id: PGDATA,
    major: 15,
    hasOldControlFile: false,
    walDirectoryExpected: true,
  });
});

Deno.test("T41: readFiles() makes no call for any single one of 50,000 segments", async () => {
  const few = fakeFiles(instanceTree());
  await read(few.tree, undefined, few);
  const names = Array.from({ length: 50_000 }, (_, index) => nameOf(20 + index));
  const many = fakeFiles(instanceTree());
  const walNames = new Map([
    [`${PGDATA}/pg_wal`, names],
    [`${PGDATA}/pg_wal/archive_status`, names.map((name) => `${name}.ready`)],
  ]);
  const listed: WalFiles = {
    ...many,
    names: async (path) => {
      const own = await many.names(path);
      return walNames.get(path) ?? own;
    },
  };
  const seen = await read(many.tree, undefined, listed);
  assert.ok(seen.listing.kind === "known");
  assert.equal(seen.listing.value.segments.length, 50_000);
  // The oldest .ready alone is looked at.
  assert.deepEqual(many.calls, { ...few.calls, status: few.calls.status + 1 });
});

Deno.test("readFiles() looks at the oldest file that waits, whatever its timeline", async () => {
  const waiting = [nameOf(13, 2), nameOf(11, 3), nameOf(12, 1)];
  const files = fakeFiles(instanceTree(Object.fromEntries(
    waiting.map((name) => [`${PGDATA}/pg_wal/archive_status/${name}.ready`, ""]),
  )));
  const looked: string[] = [];
  const recording: WalFiles = {
    ...files,
    status: (path) => {
      if (path.endsWith(".ready")) looked.push(path);
      return files.status(path);
    },
  };
  await read(files.tree, undefined, recording);
  assert.deepEqual(looked, [`${PGDATA}/pg_wal/archive_status/${nameOf(11, 3)}.ready`]);
});

Deno.test("readFiles() calls pg_wal unexpected when it is another directory than before", async () => {
  const seen = await read(instanceTree(), "another");
  assert.ok(seen.directory.kind === "known");
  assert.equal(seen.directory.value.directory.walDirectoryExpected, false);
});

Deno.test("readFiles() sees that pg_rewind left pg_control.old", async () => {
  const seen = await read(instanceTree({ [`${PGDATA}/global/pg_control.old`]: "" }));
  assert.ok(seen.directory.kind === "known");
  assert.equal(seen.directory.value.directory.hasOldControlFile, true);
});

const MISSING: Record<string, { path: string; fact: keyof FilesSeen; message: RegExp }> = {
  "there is no PG_VERSION": {
    path: `${PGDATA}/PG_VERSION`,
    fact: "directory",
    message: /Cannot look at the data directory: expected the file .*PG_VERSION, found none/,
  },
  "there is no pg_control": {
    path: `${PGDATA}/global/pg_control`,
    fact: "control",
    message: /Cannot read pg_control: expected the file/,
  },
  "there is no archive_status": {
    path: `${PGDATA}/pg_wal/archive_status/`,
    fact: "listing",
    message: /Cannot list pg_wal: expected the directory .*archive_status, found none/,
  },
  "there is no pg_replslot": {
    path: `${PGDATA}/pg_replslot/`,
    fact: "slotFiles",
    message: /Cannot read the replication slots: expected the directory/,
  },
};

for (const [name, { path, fact, message }] of Object.entries(MISSING)) {
  Deno.test(`readFiles() does not know ${fact} when ${name}`, async () => {
    const found = (await read(withoutPath(path)))[fact];
    assert.ok(found.kind === "unknown");
    assert.match(found.message, message);
  });
}

Deno.test("readFiles() knows no names when pg_control does not say a segment's size", async () => {
  const damaged = controlFileBytes({ major: 15 });
  damaged[8] = 0xFF;
  const seen = await read(instanceTree({ [`${PGDATA}/global/pg_control`]: damaged }));
  assert.ok(seen.listing.kind === "unknown");
  assert.match(seen.listing.message, /Cannot list pg_wal: .* expected version/);
});

Deno.test("readFiles() reads pg_control again when a write tore it", async () => {
  const whole = controlFileBytes({ major: 15 });
  const torn = whole.slice();
  torn[40] = 0xEE;
  const files = fakeFiles(instanceTree());
  const clock = createFakeClock();
  let reads = 0;
  const torning: WalFiles = {
    ...files,
    content: (path) => {
      if (!path.endsWith("pg_control")) return files.content(path);
      reads += 1;
      return Promise.resolve(reads < CONTROL_FILE_TRIES ? torn : whole);
    },
  };
  const reading = readFiles(
    { files: torning, clock, probe: fakeProbe(0) },
    { pgdata: PGDATA },
    OPEN,
  );
  for (let tries = 1; tries < CONTROL_FILE_TRIES; tries += 1) {
    await clock.advance(CONTROL_FILE_PAUSE_MS);
  }
  const seen = await reading;
  assert.equal(reads, CONTROL_FILE_TRIES);
  assert.ok(seen.control.kind === "known" && seen.control.value.kind === "known");
});

Deno.test("readFiles() tells a damaged slot's file among the others", async () => {
  const seen = await read(instanceTree({
    [`${PGDATA}/pg_replslot/whole/state`]: slotStateBytes({ major: 15, name: "whole" }),
    [`${PGDATA}/pg_replslot/empty/`]: "",
    [`${PGDATA}/pg_replslot/leaving.tmp/`]: "",
  }));
  assert.ok(seen.slotFiles.kind === "known");
  assert.deepEqual(seen.slotFiles.value.map(({ kind }) => kind), ["refused", "known"]);
});

Deno.test("readFiles() knows nothing, and begins nothing, once time is up", async () => {
  const files = fakeFiles(instanceTree());
  const ports = { files, clock: createFakeClock(), probe: fakeProbe(0) };
  const seen = await readFiles(ports, { pgdata: PGDATA }, AbortSignal.abort(new Error("late")));
  for (const fact of Object.values(seen)) assert.equal(fact.kind, "unknown");
  assert.equal(Object.values(files.calls).reduce((sum, count) => sum + count), 0);
});
