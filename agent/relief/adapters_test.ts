import assert from "node:assert/strict";

import { bytes } from "../../lib/units/bytes.ts";
import { nameOf } from "../../lib/wal/testing/evidence.ts";
import { openBallastDirectory } from "./deno_ballast_directory.ts";
import { programAt } from "./deno_program.ts";
import { openSpillDirectory } from "./deno_spill_directory.ts";
import { openWalDirectory } from "./deno_wal_directory.ts";
import { noise } from "./noise.ts";

const NEVER = new AbortController().signal;

/** A directory with an empty pg_wal behind a link, as in CNPG. */
async function withWal(test: (root: string, wal: string) => Promise<void>): Promise<void> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  try {
    await Deno.mkdir(`${root}/volume/pg_wal/archive_status`, { recursive: true });
    await Deno.mkdir(`${root}/data`);
    await Deno.symlink(`${root}/volume/pg_wal`, `${root}/data/pg_wal`);
    await test(root, `${root}/volume/pg_wal`);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

async function namesIn(path: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name).sort();
}

Deno.test("openWalDirectory() follows the link, and removes no status but a segment's .done", async () => {
  await withWal(async (root, wal) => {
    const directory = await openWalDirectory(`${root}/data/pg_wal`);
    assert.equal(directory.path, wal);
    const [segment, other] = [nameOf(3), nameOf(4)];
    for (const name of [`${segment}.done`, `${segment}.ready`, `${other}.done`]) {
      await Deno.writeTextFile(`${wal}/archive_status/${name}`, "");
    }
    await directory.removeDoneOf(segment);
    await directory.removeDoneOf(segment);
    assert.deepEqual((await directory.statusNames()).toSorted(), [
      `${segment}.ready`,
      `${other}.done`,
    ]);
    for (const name of [`${segment}.ready`, "../../PG_VERSION", ""]) {
      await assert.rejects(directory.removeDoneOf(name), TypeError);
    }
    assert.deepEqual(await directory.names(), ["archive_status"]);
  });
});

Deno.test("openWalDirectory() looks at files and not through links", async () => {
  await withWal(async (root, wal) => {
    const directory = await openWalDirectory(wal);
    await Deno.writeFile(`${root}/copy`, new Uint8Array(9));
    await Deno.symlink(`${root}/copy`, `${wal}/linked`);
    await Deno.writeFile(`${wal}/plain`, new Uint8Array(7));
    assert.deepEqual(await directory.look("plain"), { isRegularFile: true, sizeBytes: 7 });
    assert.equal((await directory.look("linked"))?.isRegularFile, false);
    assert.equal(await directory.look("absent"), undefined);
    await assert.rejects(openWalDirectory(`${wal}/plain`), /expected a directory/);
  });
});

Deno.test("programAt() gives exit code and output, without our environment", async () => {
  const shell = programAt("/bin/sh");
  const outcome = await shell(["-c", "echo $LC_ALL-$HOME-$(pwd); echo oops >&2; exit 3"], NEVER);
  assert.deepEqual(outcome, { code: 3, stdout: "C--/\n", stderr: "oops\n" });
  await assert.rejects(programAt("/nonexistent/program")([], NEVER));
});

Deno.test("programAt() ends a program that is no longer waited for", async () => {
  const end = new AbortController();
  const pending = programAt("/bin/sleep")(["60"], end.signal);
  end.abort();
  await assert.rejects(pending, /expected it to end by itself, found SIGTERM/);
});

Deno.test("openBallastDirectory() writes real blocks outside of pg_wal", async () => {
  await withWal(async (root, wal) => {
    const ballast = await openBallastDirectory(`${root}/volume`, wal);
    assert.deepEqual(await ballast.files(), []);
    await ballast.create("unit-0001.part");
    await assert.rejects(ballast.create("unit-0001.part"));
    await ballast.append("unit-0001.part", noise(2 ** 16, 1));
    await ballast.append("unit-0001.part", noise(2 ** 16, 2));
    await ballast.finish("unit-0001.part", "unit-0001");
    await Deno.mkdir(`${root}/volume/.ballast/directory`);
    const [unit, ...others] = await ballast.files();
    assert.deepEqual(others, []);
    assert.equal(unit?.name, "unit-0001");
    assert.equal(unit?.sizeBytes, 2 ** 17);
    assert.ok((unit?.allocatedBytes ?? 0) >= 2 ** 17, `${unit?.allocatedBytes}`);
    assert.ok(await ballast.availableBytes() > 0);
    assert.ok(["certain", "unsure"].includes((await ballast.ground()).kind));
    await ballast.remove("unit-0001");
    await ballast.remove("unit-0001");
    assert.deepEqual(await ballast.files(), []);
    assert.deepEqual(await namesIn(wal), ["archive_status"]);
    await assert.rejects(openBallastDirectory(wal, wal), /outside of pg_wal/);
    await assert.rejects(openBallastDirectory(`${wal}/archive_status`, wal), /outside of pg_wal/);
    await assert.rejects(openBallastDirectory("/proc", wal), /expected pg_wal's file system/);
  });
});

Deno.test("openSpillDirectory() refuses pg_wal's own volume", async () => {
  await withWal(async (root, wal) => {
    const place = {
      walDirectory: wal,
      path: `${root}/spilled`,
      volumePath: root,
      reservedBytes: bytes(0),
    };
    await assert.rejects(openSpillDirectory(place), /expected another volume/);
  });
});

Deno.test("openSpillDirectory() copies, links, notes and forgets a segment", async () => {
  await withWal(async (_root, wal) => {
    const memory = await Deno.makeTempDir({ dir: "/dev/shm" });
    try {
      const path = `${memory}/spilled`;
      const place = { walDirectory: wal, path, volumePath: memory, reservedBytes: bytes(0) };
      const spill = await openSpillDirectory(place);
      const name = nameOf(3);
      const content = noise(3 * 2 ** 20 + 17, 5);
      await Deno.writeFile(`${wal}/${name}`, content);
      assert.deepEqual(await spill.spilledNames(), []);
      await assert.rejects(spill.copy(nameOf(4), NEVER), Deno.errors.NotFound);
      assert.deepEqual(await namesIn(path), []);

      await spill.copy(name, NEVER);
      assert.deepEqual(await Deno.readFile(`${path}/${name}`), content);
      assert.ok((await Deno.lstat(`${wal}/${name}`)).isFile);
      await Deno.symlink("/nonexistent", `${wal}/_storage_agent_link.${name}`);
      await spill.link(name);
      assert.equal(await Deno.readLink(`${wal}/${name}`), `${path}/${name}`);
      assert.deepEqual(await namesIn(wal), [name, "archive_status"]);
      assert.deepEqual(await Deno.readFile(`${wal}/${name}`), content);

      assert.deepEqual(await spill.spilledNames(), [name]);
      await spill.noteArchived(name);
      assert.deepEqual(await spill.archivedNames(), [name]);
      assert.deepEqual(await spill.spilledNames(), [name]);
      await spill.remove(name);
      await spill.remove(name);
      assert.deepEqual(await namesIn(path), []);
    } finally {
      await Deno.remove(memory, { recursive: true });
    }
  });
});

Deno.test("openSpillDirectory() keeps its reserve, and ends a copy that is no longer wanted", async () => {
  await withWal(async (_root, wal) => {
    const memory = await Deno.makeTempDir({ dir: "/dev/shm" });
    try {
      const path = `${memory}/spilled`;
      const reservedBytes = bytes(Number.MAX_SAFE_INTEGER);
      const place = { walDirectory: wal, path, volumePath: memory, reservedBytes };
      const spill = await openSpillDirectory(place);
      assert.equal(await spill.roomBytes(), 0);
      const roomy = await openSpillDirectory({ ...place, reservedBytes: bytes(0) });
      assert.ok(await roomy.roomBytes() > 0);
      await Deno.writeFile(`${wal}/${nameOf(3)}`, noise(2 ** 20, 5));
      await assert.rejects(spill.copy(nameOf(3), AbortSignal.abort(new Error("enough"))), /enough/);
      assert.deepEqual(await namesIn(path), []);
    } finally {
      await Deno.remove(memory, { recursive: true });
    }
  });
});

Deno.test("noise() is the same for a seed, and does not repeat itself", () => {
  assert.deepEqual(noise(64, 7), noise(64, 7));
  assert.notDeepEqual(noise(64, 7), noise(64, 8));
  assert.equal(noise(5, 1).length, 5);
  const words = new Set(new Uint32Array(noise(2 ** 16, 0).buffer));
  assert.equal(words.size, 2 ** 14);
});
