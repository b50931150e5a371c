import assert from "node:assert/strict";

import { bytes } from "../../lib/units/bytes.ts";
import { type Fact, known, unknown } from "../../lib/wal/fact.ts";
import { nameOf, namesOf, SIZE, statusesOf } from "../../lib/wal/testing/evidence.ts";
import { finishSpills } from "./finish_spills.ts";
import { type SpillResult, spillSegments } from "./spill.ts";
import { type FakeSpill, fakeSpill } from "./testing/fake_spill.ts";
import { type FakeWal, fakeWal } from "./testing/fake_wal.ts";

const NEVER = new AbortController().signal;
const ROOM = 100 * SIZE;

/** A full volume where everything waits to be archived; links are told apart from segments. */
function scene(roomBytes: number = ROOM): { wal: FakeWal; spill: FakeSpill } {
  const linked = new Set<string>();
  const wal = fakeWal(namesOf(1, 13), statusesOf(namesOf(1, 12), "ready"), {
    onStat: (name) => ({ isRegularFile: !linked.has(name), sizeBytes: SIZE }),
  });
  wal.evidence = { server: known("down") };
  const spill = fakeSpill(wal, roomBytes);
  return { wal, spill: { ...spill, links: linked, directory: withLinks(spill, linked) } };
}

function withLinks({ directory }: FakeSpill, linked: Set<string>): FakeSpill["directory"] {
  return {
    ...directory,
    link: async (name) => {
      await directory.link(name);
      linked.add(name);
    },
  };
}

function run(
  { wal, spill }: { wal: FakeWal; spill: FakeSpill },
  gone: readonly Fact<boolean>[] = [],
): Promise<SpillResult> {
  const answers = [...gone];
  const askPostmasterGone = (): Promise<Fact<boolean>> =>
    Promise.resolve(answers.shift() ?? known(true));
  const hands = { ...wal.hands, spill: spill.directory, askPostmasterGone };
  return spillSegments(hands, bytes(2 * SIZE), NEVER);
}

Deno.test("T24: spillSegments() moves the oldest that are needed", async () => {
  const world = scene();
  const result = await run(world);
  assert.deepEqual(result, { kind: "spilled", names: namesOf(1, 2), movedBytes: 2 * SIZE });
  assert.deepEqual([...world.spill.links], namesOf(1, 2));
  assert.deepEqual(await run(world), {
    kind: "spilled",
    names: namesOf(3, 4),
    movedBytes: 2 * SIZE,
  });
});

Deno.test("spillSegments() moves no more than there is room for", async () => {
  const one = await run(scene(SIZE + 5));
  assert.ok(one.kind === "spilled");
  assert.equal(one.names.length, 1);
  const none = await run(scene(SIZE - 1));
  assert.ok(none.kind === "refused");
  assert.equal(none.refusals[0]?.reason, "StepRefused");
});

Deno.test("spillSegments() does nothing beside a server that is up or being started", async () => {
  const up = scene();
  up.wal.evidence = {};
  const beside = await run(up);
  assert.ok(beside.kind === "refused");
  assert.equal(beside.refusals[0]?.reason, "ServerIsUp");
  for (const gone of [known(false), unknown("no permission")]) {
    const world = scene();
    const result = await run(world, [gone]);
    assert.ok(result.kind === "refused");
    assert.equal(result.refusals[0]?.reason, "ServerNotStopped");
    assert.equal(world.spill.links.size + world.spill.copies.size, 0);
  }
});

Deno.test("spillSegments() stops between two segments when the server is being started", async () => {
  const world = scene();
  const result = await run(world, [known(true), known(false)]);
  assert.ok(result.kind === "failed");
  assert.deepEqual(result.names, namesOf(1, 1));
  assert.deepEqual([...world.spill.copies], namesOf(1, 1));
});

Deno.test("spillSegments() places no link when the copy fails", async () => {
  const world = scene();
  world.spill.onCopy = () => {};
  const broken = {
    ...world.spill.directory,
    copy: () => Promise.reject(new Error("No space left on device")),
  };
  const result = await run({ wal: world.wal, spill: { ...world.spill, directory: broken } });
  assert.ok(result.kind === "failed");
  assert.match(result.message, /No space left/);
  assert.equal(world.spill.links.size, 0);
});

Deno.test("spillSegments() makes a copy anew whose link was never placed", async () => {
  const world = scene();
  world.spill.copies.add(nameOf(1));
  const result = await run(world);
  assert.ok(result.kind === "spilled");
  assert.deepEqual(result.names, namesOf(1, 2));
});

Deno.test("finishSpills() removes a copy only after .done was seen and the link is gone", async () => {
  const { wal, spill } = scene();
  spill.copies.add(nameOf(1)).add(nameOf(2));
  const finish = (): ReturnType<typeof finishSpills> =>
    finishSpills(wal.hands.directory, spill.directory);
  assert.deepEqual(await finish(), { kind: "done", removedNames: [], leftNames: namesOf(1, 2) });
  wal.statuses.delete(`${nameOf(1)}.ready`);
  wal.statuses.add(`${nameOf(1)}.done`);
  assert.deepEqual(await finish(), { kind: "done", removedNames: [], leftNames: namesOf(1, 2) });
  for (const name of namesOf(1, 2)) wal.names.delete(name);
  wal.statuses.delete(`${nameOf(1)}.done`);
  wal.statuses.delete(`${nameOf(2)}.ready`);
  assert.deepEqual(await finish(), {
    kind: "done",
    removedNames: namesOf(1, 1),
    leftNames: namesOf(2, 2),
  });
  assert.deepEqual([...spill.copies], namesOf(2, 2));
});

Deno.test("finishSpills() says why it failed", async () => {
  const { wal, spill } = scene();
  const broken = { ...spill.directory, spilledNames: () => Promise.reject(new Error("EIO")) };
  const result = await finishSpills(wal.hands.directory, broken);
  assert.ok(result.kind === "failed");
});
