import assert from "node:assert/strict";
import { systemClock } from "../../../kube/system_clock.ts";
import { HOUR } from "../../../lib/units/millis.ts";
import { createConversation } from "./conversation.ts";
import type { Answer, Question } from "./messages.ts";
import { startSqliteWorker } from "./start_sqlite_worker.ts";
import { writtenSamples } from "./written_samples.ts";
import { type TestDirectory, testDirectory } from "./testing/directory.ts";

const NOW_MS = 400_000 * HOUR;
const READ: Question = { kind: "read", nowMs: NOW_MS, claimUids: ["a"] };
const WRITE: Question = {
  kind: "write",
  nowMs: NOW_MS,
  samples: writtenSamples([["a", NOW_MS, 4_096, true]]),
  forgotten: [],
};

/** Another program of the thread, for tests. */
function program(name: string): URL {
  return new URL(`./testing/${name}_worker.ts`, import.meta.url);
}

/** Asks a thread of its own. */
async function asking<Result>(
  files: TestDirectory,
  use: (ask: (question: Question) => Promise<Answer>) => Promise<Result>,
  worker?: URL,
): Promise<Result> {
  const options = { ...files, fileBytesMax: 2 ** 24, program: worker };
  const conversation = createConversation(
    (listener) => startSqliteWorker(options, listener),
    systemClock,
  );
  try {
    return await use(conversation.ask);
  } finally {
    conversation.end();
  }
}

Deno.test("startSqliteWorker() starts a thread that keeps samples in a file", async () => {
  await using files = await testDirectory();
  await asking(files, async (ask) => {
    assert.deepEqual(await ask(WRITE), { kind: "done", pasts: [], notes: [] });
    assert.equal((await ask({ kind: "close" })).kind, "done");
  });
  const answer = await asking(files, (ask) => ask(READ));
  assert.deepEqual(answer.kind === "done" && answer.pasts.map(({ claimUid }) => claimUid), ["a"]);
});

Deno.test("startSqliteWorker() lets the thread use its directory and nothing else", async () => {
  await using files = await testDirectory();
  const { notes } = await asking(files, (ask) => ask(READ), program("curious"));
  const tries = ["read", "write", "net", "env", "run", "sys", "ffi"];
  assert.deepEqual(notes, tries.map((name) => `${name}: NotCapable`));
});

Deno.test("startSqliteWorker() tells that a thread ended, and the process goes on", async () => {
  await using files = await testDirectory();
  await assert.rejects(
    asking(files, (ask) => ask(READ), program("failing")),
    /its thread ended: .*it broke/,
  );
  await assert.rejects(
    asking(files, (ask) => ask(READ), program("absent")),
    /its thread ended: /,
  );
});

Deno.test("startSqliteWorker() starts a thread whose disk may hang while the process goes on", async () => {
  await using files = await testDirectory();
  await new Deno.Command("mkfifo", { args: [files.path] }).output();
  await asking(files, async (ask) => {
    const answering = ask(READ);
    const first = await Promise.race([answering, systemClock.sleep(100).then(() => "late")]);
    assert.equal(first, "late");
    // Opening the other end is what the thread waits for.
    (await Deno.open(files.path, { write: true })).close();
    assert.equal((await answering).kind, "done");
  }, program("hanging"));
});

Deno.test("startSqliteWorker() starts a thread that can be ended while its disk hangs", async () => {
  await using files = await testDirectory();
  await new Deno.Command("mkfifo", { args: [files.path] }).output();
  await assert.rejects(
    asking(files, async (ask) => {
      ask(READ).catch(() => {});
      await systemClock.sleep(50);
      throw new Error("enough");
    }, program("hanging")),
    /enough/,
  );
  // The thread itself must be let go, or it outlives the test.
  (await Deno.open(files.path, { write: true, read: true })).close();
});

Deno.test({
  name: "startSqliteWorker() says which permission is missing",
  permissions: { read: true, write: false },
  fn(): void {
    const options = { directory: "/data", path: "/data/history.sqlite", fileBytesMax: 2 ** 24 };
    const listener = { answered(): void {}, died(): void {} };
    assert.throws(() => startSqliteWorker(options, listener), {
      message: /expected the permissions to read and write \/data, found: /,
    });
  },
});
