/**
 * Relief beside a real server that ended because its WAL volume is full: it starts again, and nothing is lost.
 *
 * @module
 */

import assert from "node:assert/strict";

import { openBallastDirectory } from "../../agent/relief/deno_ballast_directory.ts";
import { openSpillDirectory } from "../../agent/relief/deno_spill_directory.ts";
import { cleanUp } from "../../agent/relief/cleanup.ts";
import { growBallast } from "../../agent/relief/ballast.ts";
import { finishSpills } from "../../agent/relief/finish_spills.ts";
import { cleanUpOffline } from "../../agent/relief/offline.ts";
import { releaseBallast } from "../../agent/relief/release_ballast.ts";
import { type SpillDirectory, spillSegments } from "../../agent/relief/spill.ts";
import { bytes } from "../../lib/units/bytes.ts";
import { percent } from "../../lib/units/percent.ts";
import { startingRoomBytes } from "../../lib/wal/ballast.ts";
import { ALL_MARGINS } from "../../lib/wal/evidence.ts";
import { known } from "../../lib/wal/fact.ts";
import { segmentNumber, segmentSize } from "../../lib/wal/segment.ts";
import { looksLikeSegment, parseSegmentName } from "../../lib/wal/segment_name.ts";
import { namesIn } from "./read_evidence.ts";
import { type ReliefScene, reliefTest, ROOM_BYTES } from "./relief_scene.ts";

const POLICY = { retainCount: 1, margins: ALL_MARGINS };
const SIZE = segmentSize(2 ** 20);
const NEVER = new AbortController().signal;

/** Segments that are archived and before REDO, kept by a slot that is gone by now. */
async function makeLeftovers(scene: ReliefScene): Promise<void> {
  const { database: { sql, start } } = scene;
  await scene.openArchive(true);
  await start();
  await sql("SELECT pg_create_physical_replication_slot('kept', true)");
  await sql("CREATE TABLE t AS SELECT repeat('x', 1000) FROM generate_series(1, 12000)");
  await sql("SELECT pg_switch_wal()");
  await scene.waitForArchiver();
  await sql("CHECKPOINT");
  await sql("SELECT pg_drop_replication_slot('kept')");
}

/** Every segment from the first to the last that the archive has: none is missing in between. */
async function assertNoGap({ archivePath }: ReliefScene): Promise<void> {
  const numbers = (await namesIn(archivePath)).filter(looksLikeSegment)
    .map((name) => parseSegmentName(name, SIZE)?.number ?? segmentNumber(0))
    .sort((first, second) => first - second);
  const [first = 0] = numbers;
  assert.ok(numbers.length > 20, `${numbers.length} segments`);
  assert.deepEqual(numbers, numbers.map((_, index) => first + index));
}

async function doneNames({ walPath }: ReliefScene): Promise<string[]> {
  const statuses = await namesIn(`${walPath}/archive_status`);
  return statuses.filter((name) => name.endsWith(".done")).map((name) => name.slice(0, 24)).sort();
}

async function readyNames({ walPath }: ReliefScene): Promise<string[]> {
  const statuses = await namesIn(`${walPath}/archive_status`);
  return statuses.filter((name) => name.endsWith(".ready")).sort();
}

/**
 * The server starts, the archiver works through everything, and every row is there. A checkpoint comes before
 * the first reader, whose hint bits alone could fill the volume again.
 */
async function assertRecovers(scene: ReliefScene): Promise<void> {
  const { database: { sql, start } } = scene;
  await scene.openArchive(true);
  await start();
  await scene.waitForArchiver();
  await sql("CHECKPOINT");
  assert.deepEqual(await sql("SELECT count(*) FROM t"), ["12000"]);
  await sql("SELECT pg_switch_wal()");
  await scene.waitForArchiver();
  await assertNoGap(scene);
}

await reliefTest(
  "T22: cleanUpOffline() removes exactly what is archived, the server starts, the archive has no gap",
  async (scene) => {
    await makeLeftovers(scene);
    await scene.openArchive(false);
    await scene.runFull();
    const done = await doneNames(scene);
    const ready = await readyNames(scene);
    assert.ok(await scene.availableBytes() < SIZE);

    const { cleanup, mayStart } = await cleanUpOffline(scene.hands, POLICY, NEVER);
    assert.ok(cleanup.kind === "removed", Deno.inspect(cleanup, { depth: 5 }));
    const [run] = cleanup.runs;
    assert.equal(cleanup.runs.length, 1);
    assert.ok((run?.removedNames.length ?? 0) >= 5);
    assert.deepEqual(done.filter((name) => run?.removedNames.includes(name)), run?.removedNames);
    assert.deepEqual(run?.missedNames, known([]));
    assert.deepEqual(run?.statusesRemoved, known(run?.removedNames.length));
    assert.deepEqual(await readyNames(scene), ready);
    assert.equal(mayStart, "yes");
    await assertRecovers(scene);
  },
);

for (const fileSystem of ["ext4", "xfs"] as const) {
  await reliefTest(
    `T23: with every segment waiting nothing is removed, ballast goes, and the server starts (${fileSystem})`,
    async (scene) => {
      const { database: { sql, start }, hands } = scene;
      const ballast = await openBallastDirectory(scene.volumePath, scene.walPath);
      await start();
      const up = async (): ReturnType<typeof hands.look> => ({
        ...await hands.look(NEVER),
        server: known("up"),
      });
      const request = {
        volumeBytes: bytes(ROOM_BYTES),
        warningPercent: percent(70),
        walInitZero: known(true),
      };
      for (let count = 0; count < 5; count += 1) {
        const written = await growBallast({ ...hands, ballast, look: up }, request, NEVER);
        assert.equal(written.kind, count < 4 ? "grown" : "whole", JSON.stringify(written));
      }
      await sql("CREATE TABLE t AS SELECT repeat('x', 1000) FROM generate_series(1, 12000)");
      await sql("CHECKPOINT");
      await scene.runFull();

      const before = (await namesIn(scene.walPath)).sort();
      const refused = await cleanUpOffline(hands, POLICY, NEVER);
      assert.equal(refused.cleanup.kind, "refused");
      assert.equal(refused.mayStart, "no");
      assert.deepEqual((await namesIn(scene.walPath)).sort(), before);
      while (await scene.availableBytes() < startingRoomBytes(SIZE)) {
        const released = await releaseBallast({ ...hands, ballast }, SIZE, NEVER);
        assert.ok(released.kind === "released");
        assert.equal(released.gainedBytes, released.expectedBytes);
        assert.deepEqual(released.ground, { kind: "certain", fileSystem });
      }
      assert.ok((await ballast.files()).length >= 3);
      await assertRecovers(scene);
    },
    fileSystem,
  );
}

await reliefTest(
  "T24: spillSegments() moves what waits aside, the server archives all of it, and the copies go",
  async (scene) => {
    const { database: { directory, dataDirectory, sql, start }, hands } = scene;
    await start();
    await sql("CREATE TABLE t AS SELECT repeat('x', 1000) FROM generate_series(1, 12000)");
    await sql("CHECKPOINT");
    await scene.runFull();

    const { uid, gid } = await Deno.stat(dataDirectory);
    const path = `${directory}/spilled`;
    const opened = await openSpillDirectory({
      walDirectory: scene.walPath,
      path,
      volumePath: directory,
      reservedBytes: bytes(2 ** 20),
    });
    // The agent runs as PostgreSQL's user; this test does not.
    const spill: SpillDirectory = {
      ...opened,
      async copy(name, signal): Promise<void> {
        await opened.copy(name, signal);
        await Deno.chown(path, uid, gid);
        await Deno.chown(`${path}/${name}`, uid, gid);
      },
    };
    const spilled = await spillSegments({ ...hands, spill }, bytes(3 * SIZE), NEVER);
    assert.ok(spilled.kind === "spilled", JSON.stringify(spilled));
    assert.equal(spilled.names.length, 3);
    for (const name of spilled.names) {
      assert.ok((await Deno.lstat(`${scene.walPath}/${name}`)).isSymlink);
    }
    assert.ok(await scene.availableBytes() >= startingRoomBytes(SIZE));
    const copies = await Promise.all(spilled.names.map((name) => Deno.readFile(`${path}/${name}`)));

    await scene.openArchive(true);
    await start();
    await scene.waitForArchiver();
    const kept = await finishSpills(hands.directory, spill);
    assert.deepEqual(kept, { kind: "done", removedNames: [], leftNames: spilled.names });
    for (const [index, name] of spilled.names.entries()) {
      assert.deepEqual(await Deno.readFile(`${scene.archivePath}/${name}`), copies[index]);
    }
    await sql("CHECKPOINT");
    const finished = await finishSpills(hands.directory, spill);
    assert.deepEqual(finished, { kind: "done", removedNames: spilled.names, leftNames: [] });
    assert.deepEqual(await namesIn(path), []);
    assert.deepEqual(await sql("SELECT count(*) FROM t"), ["12000"]);
    await assertNoGap(scene);
  },
);

await reliefTest(
  "T31: cleanUp() removes nothing beside an odd file, and the next run removes all once it is gone",
  async (scene) => {
    await makeLeftovers(scene);
    await scene.openArchive(false);
    await scene.runFull();
    const [odd = ""] = await doneNames(scene);
    const content = await Deno.readFile(`${scene.walPath}/${odd}`);
    await Deno.truncate(`${scene.walPath}/${odd}`, 4096);
    const full = { ...scene.hands, look: fullLook(scene) };
    const refused = await cleanUp(full, POLICY, NEVER);
    assert.ok(refused.kind === "refused");
    assert.equal(refused.refusals[0]?.reason, "VictimNotSegment");
    assert.ok((await namesIn(scene.walPath)).includes(odd));
    await Deno.writeFile(`${scene.walPath}/${odd}`, content.subarray(0, 4096));
    await Deno.truncate(`${scene.walPath}/${odd}`, SIZE);
    assert.equal((await cleanUp(full, POLICY, NEVER)).kind, "removed");
  },
);

await reliefTest(
  "T32: what a killed run left is tidied up by the next, and no .ready is touched",
  async (scene) => {
    await makeLeftovers(scene);
    await scene.openArchive(false);
    await scene.runFull();
    const ready = await readyNames(scene);
    const done = await doneNames(scene);
    for (const name of done.slice(0, 3)) await Deno.remove(`${scene.walPath}/${name}`);
    const result = await cleanUp({ ...scene.hands, look: fullLook(scene) }, POLICY, NEVER);
    assert.ok(result.kind === "removed");
    const removed = result.runs[0]?.removedNames ?? [];
    assert.deepEqual(result.runs[0]?.statusesRemoved, known(removed.length + 3));
    assert.deepEqual(await readyNames(scene), ready);
    await assertRecovers(scene);
  },
);

/** A volume that counts as full although the test has removed something from it. */
function fullLook({ hands }: ReliefScene): ReliefScene["hands"]["look"] {
  return async (signal) => ({ ...await hands.look(signal), availableBytes: known(bytes(0)) });
}
