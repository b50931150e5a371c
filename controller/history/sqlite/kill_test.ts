import assert from "node:assert/strict";
import { HOUR, SECOND } from "../../../lib/units/millis.ts";
import { unpackSamples } from "../packed_hour.ts";
import { openDatabase } from "./open_database.ts";
import { createStore } from "./store.ts";
import { writtenSamples } from "./written_samples.ts";
import { testDirectory } from "./testing/directory.ts";

const PROGRAM = new URL("./testing/writing_process.ts", import.meta.url).pathname;
const START_MS = 400_000 * HOUR;
/** More than once the write-ahead log is folded into the file meanwhile. */
const BATCHES = 200;

/** Runs the writer until it has printed enough, kills it, and returns the last number that it printed. */
async function writeUntilKilled(directory: string): Promise<number> {
  const flags = ["--no-prompt", "--no-check", "--unstable-worker-options", "--allow-read"];
  const writer = new Deno.Command(Deno.execPath(), {
    args: ["run", ...flags, `--allow-write=${directory}`, PROGRAM, directory],
    stdout: "piped",
  }).spawn();
  let printed = "";
  for await (const text of writer.stdout.pipeThrough(new TextDecoderStream())) {
    printed += text;
    if (printed.includes(`\n${BATCHES}\n`)) {
      writer.kill("SIGKILL");
      break;
    }
  }
  const { signal } = await writer.status;
  assert.equal(signal, "SIGKILL");
  return Number(printed.trim().split("\n").at(-1));
}

Deno.test("a process that is killed while it writes leaves every batch that was answered", async () => {
  await using files = await testDirectory();
  const last = await writeUntilKilled(files.directory);
  assert.ok(last >= BATCHES);
  const store = createStore(openDatabase(files.path, 2 ** 26));
  const nowMs = START_MS + (last + 1) * 30 * SECOND;
  const claimUids = Array.from({ length: 100 }, (_, claim) => `claim-${claim}`);
  const counts = new Set(
    store.read({ kind: "read", nowMs, claimUids }).map(({ hours }) =>
      hours.flatMap(([, packed]) => unpackSamples(packed)).length
    ),
  );
  // Batches are whole, and at most the one that was on its way is more or less than what was answered.
  const [count = 0, ...others] = counts;
  assert.deepEqual(others, []);
  assert.ok(count >= last + 1, `${count} of ${last + 1}`);
  store.write({
    kind: "write",
    nowMs,
    samples: writtenSamples([["claim-1", nowMs, 1, false]]),
    forgotten: [],
  });
  store.close();
});
