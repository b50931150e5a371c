import assert from "node:assert/strict";

import { bytes } from "../../lib/units/bytes.ts";
import { ALL_MARGINS } from "../../lib/wal/evidence.ts";
import { type Fact, known, unknown } from "../../lib/wal/fact.ts";
import { nameOf, namesOf, SIZE, statusesOf } from "../../lib/wal/testing/evidence.ts";
import { cleanUpOffline, type OfflineResult } from "./offline.ts";
import { type FakeWal, fakeWal } from "./testing/fake_wal.ts";

const POLICY = { retainCount: 1, margins: ALL_MARGINS };
const NEVER = new AbortController().signal;
const FREE_BYTES = 5 * 2 ** 20;

/** A server that ended for want of room; what is removed becomes free. */
function fullWal(removable: number): FakeWal {
  const statuses = [
    ...statusesOf(namesOf(1, removable + 1), "done"),
    ...statusesOf(namesOf(removable + 2, 12), "ready"),
  ];
  const wal = fakeWal(namesOf(1, 13), statuses, {
    onLook: () => {
      const availableBytes = known(bytes(FREE_BYTES + (13 - wal.names.size) * SIZE));
      wal.evidence = { server: known("down"), availableBytes };
    },
  });
  return wal;
}

function run(wal: FakeWal, gone: Fact<boolean> = known(true)): Promise<OfflineResult> {
  const askPostmasterGone = (): Promise<Fact<boolean>> => Promise.resolve(gone);
  return cleanUpOffline({ ...wal.hands, askPostmasterGone }, POLICY, NEVER);
}

Deno.test("T22: cleanUpOffline() removes what is archived, and the server may start", async () => {
  const wal = fullWal(5);
  const { cleanup, mayStart, availableBytes } = await run(wal);
  assert.equal(cleanup.kind, "removed");
  assert.deepEqual([...wal.names], namesOf(6, 13));
  assert.deepEqual(availableBytes, known(FREE_BYTES + 5 * SIZE));
  assert.equal(mayStart, "yes");
});

Deno.test("cleanUpOffline() says when what it freed is not enough", async () => {
  const { cleanup, mayStart } = await run(fullWal(1));
  assert.equal(cleanup.kind, "removed");
  assert.equal(mayStart, "no");
});

Deno.test("T23: cleanUpOffline() removes nothing that waits to be archived", async () => {
  const wal = fullWal(-1);
  const { cleanup, mayStart } = await run(wal);
  assert.ok(cleanup.kind === "refused");
  assert.equal(wal.names.size, 13);
  assert.equal(mayStart, "no");
});

Deno.test("cleanUpOffline() removes nothing when somebody starts the server meanwhile", async () => {
  for (const gone of [known(false), unknown("no permission")]) {
    const wal = fullWal(5);
    const { cleanup } = await run(wal, gone);
    assert.ok(cleanup.kind === "refused");
    assert.equal(cleanup.refusals[0]?.reason, "ServerNotStopped");
    assert.ok(wal.names.has(nameOf(1)));
  }
});

Deno.test("cleanUpOffline() does nothing beside a server that is up, or a disk with room", async () => {
  const up = fakeWal(namesOf(1, 13), statusesOf(namesOf(1, 11), "done"));
  const beside = await run(up);
  assert.ok(beside.cleanup.kind === "refused");
  assert.equal(beside.cleanup.refusals[0]?.reason, "ServerIsUp");
  const roomy = fakeWal(namesOf(1, 13), statusesOf(namesOf(1, 11), "done"));
  roomy.evidence = { server: known("down"), availableBytes: known(bytes(SIZE)) };
  const refused = await run(roomy);
  assert.ok(refused.cleanup.kind === "refused");
  assert.equal(refused.cleanup.refusals[0]?.reason, "DiskNotFull");
});

Deno.test("cleanUpOffline() says that it is blind", async () => {
  const wal = fullWal(5);
  const hands = { ...wal.hands, look: (): Promise<never> => Promise.reject(new Error("blind")) };
  const askPostmasterGone = (): Promise<Fact<boolean>> => Promise.resolve(known(true));
  const result = await cleanUpOffline({ ...hands, askPostmasterGone }, POLICY, NEVER);
  assert.equal(result.cleanup.kind, "refused");
  assert.equal(result.mayStart, "unknown");
});
