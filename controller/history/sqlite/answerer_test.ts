import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { HOUR, MINUTE } from "../../../lib/units/millis.ts";
import { createAnswerer } from "./answerer.ts";
import type { Answer, Question } from "./messages.ts";
import { openDatabase } from "./open_database.ts";
import { setAside } from "./set_aside.ts";
import { createStore } from "./store.ts";
import { writtenSamples } from "./written_samples.ts";
import { type TestDirectory, testDirectory } from "./testing/directory.ts";

const NOW_MS = 400_000 * HOUR;
const READ: Question = { kind: "read", nowMs: NOW_MS + HOUR, claimUids: ["a"] };

function answererOf(
  { path }: TestDirectory,
  fileBytesMax = 2 ** 24,
): (question: Question) => Answer {
  return createAnswerer({
    path,
    open: () => createStore(openDatabase(path, fileBytesMax)),
    setAside: () => setAside(path),
  });
}

/** Writes as many volumes as asked for, one sample each. */
function write(count: number, atMs = NOW_MS): Question {
  const samples = Array.from(
    { length: count },
    (_, index) => [index === 0 ? "a" : `volume-${index}`, atMs, index, false] as const,
  );
  return { kind: "write", nowMs: atMs, samples: writtenSamples(samples), forgotten: [] };
}

/** Hours that are kept of the claim "a", or why nothing is known. */
function kept(answer: Answer): number | string {
  return answer.kind === "done" ? answer.pasts[0]?.hours.length ?? 0 : answer.message;
}

async function damage(path: string): Promise<void> {
  const noise = new Uint8Array(100_000).map((_, index) => index * 7_919 % 251);
  await Deno.writeFile(path, noise);
}

Deno.test("createAnswerer() opens the file when it is needed, and again after it was closed", async () => {
  await using files = await testDirectory();
  const answer = answererOf(files);
  await assert.rejects(Deno.stat(files.path), Deno.errors.NotFound);
  assert.equal(answer(write(1)).kind, "done");
  assert.equal(answer({ kind: "close" }).kind, "done");
  assert.equal(kept(answer(READ)), 1);
  answer({ kind: "close" });
});

Deno.test("createAnswerer() sets a file that is no database aside and begins a new one", async () => {
  await using files = await testDirectory();
  await damage(files.path);
  const answer = answererOf(files);
  const { kind, notes } = answer(write(1));
  assert.equal(kind, "done");
  assert.match(notes.join(), /found it damaged .*set aside as .*history\.sqlite\.damaged/);
  assert.equal((await Deno.stat(`${files.path}.damaged`)).size, 100_000);
  assert.equal(kept(answer(READ)), 1);
  answer({ kind: "close" });
});

Deno.test("createAnswerer() sets a file aside of which a page is damaged", async () => {
  await using files = await testDirectory();
  const answer = answererOf(files);
  answer(write(1_000));
  answer({ kind: "close" });
  const content = await Deno.readFile(files.path);
  content.fill(0xa5, 8_192, 8_192 + 20_000);
  await Deno.writeFile(files.path, content);
  const { kind, notes } = answer(write(1));
  assert.equal(kind, "done");
  assert.equal(notes.length, 1);
  assert.deepEqual(await Deno.readFile(`${files.path}.damaged`), content);
  answer({ kind: "close" });
});

Deno.test("createAnswerer() leaves a file of a newer version as it is", async () => {
  await using files = await testDirectory();
  const newer = new DatabaseSync(files.path);
  newer.exec("CREATE TABLE volumes (later TEXT); PRAGMA user_version = 2");
  newer.close();
  const before = await Deno.readFile(files.path);
  const answer = answererOf(files);
  for (const question of [write(1), READ]) {
    const message = String(kept(answer(question)));
    assert.match(message, /newer version: expected version 1 or older, found 2/);
  }
  assert.deepEqual(await Deno.readFile(files.path), before);
});

Deno.test("createAnswerer() says that there is no room, and goes on where there is again", async () => {
  await using files = await testDirectory();
  const small = answererOf(files, 100_000);
  assert.equal(small(write(1)).kind, "done");
  assert.match(String(kept(small(write(5_000)))), /expected room for it, found the volume full/);
  // All or nothing; what was written before is there.
  assert.equal(kept(small(READ)), 1);
  // What is thrown away makes room.
  const laterMs = NOW_MS + 30 * HOUR;
  assert.equal(small(write(10, laterMs)).kind, "done");
  small({ kind: "close" });
  const large = answererOf(files);
  assert.equal(large(write(5_000, laterMs + MINUTE)).kind, "done");
  large({ kind: "close" });
});

Deno.test("createAnswerer() says that the directory is missing, and goes on when it is there", async () => {
  await using files = await testDirectory();
  const directory = `${files.directory}/later`;
  const answer = answererOf({ ...files, path: `${directory}/history.sqlite` });
  assert.match(String(kept(answer(READ))), /expected a directory in which it may write/);
  await Deno.mkdir(directory);
  assert.equal(answer(write(1)).kind, "done");
  answer({ kind: "close" });
});

Deno.test("createAnswerer() is the only user of its file", async () => {
  await using files = await testDirectory();
  const [first, second] = [answererOf(files), answererOf(files)];
  first(write(1));
  assert.match(String(kept(second(write(1)))), /only user, found it locked by another process/);
  first({ kind: "close" });
  assert.equal(second(write(1)).kind, "done");
  second({ kind: "close" });
});
