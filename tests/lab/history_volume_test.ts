import assert from "node:assert/strict";
import {
  type Conversation,
  createConversation,
} from "../../controller/history/sqlite/conversation.ts";
import type { Question } from "../../controller/history/sqlite/messages.ts";
import { startSqliteWorker } from "../../controller/history/sqlite/start_sqlite_worker.ts";
import { writtenSamples } from "../../controller/history/sqlite/written_samples.ts";
import { systemClock } from "../../kube/system_clock.ts";
import { HOUR, MINUTE } from "../../lib/units/millis.ts";
import { run } from "./command.ts";
import { labTest } from "./lab.ts";
import { makeReapedDirectory } from "./reaper.ts";

const START_MS = 400_000 * HOUR;

/** One sample of each of so many claims, so many minutes after the start. */
function write(claims: number, minutes: number): Question {
  const nowMs = START_MS + minutes * MINUTE;
  const samples = Array.from({ length: claims }, (_, index) =>
    [
      `claim-${index}`,
      nowMs,
      index * 4_096,
      false,
    ] as const);
  return { kind: "write", nowMs, samples: writtenSamples(samples), forgotten: [] };
}

async function outcome({ ask }: Conversation, question: Question): Promise<string> {
  const answer = await ask(question);
  return answer.kind === "failed" ? answer.message : answer.kind;
}

await labTest(
  "a history goes on when its volume is full, grows, is read-only and is not",
  async () => {
    await using reaped = await makeReapedDirectory("cnpg-storage-history-");
    const directory = `${reaped.path}/volume`;
    await Deno.mkdir(directory);
    await run("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", directory]);
    const file = { directory, path: `${directory}/history.sqlite`, fileBytesMax: 2 ** 30 };
    const history = createConversation(
      (listener) => startSqliteWorker(file, listener),
      systemClock,
    );
    try {
      assert.equal(await outcome(history, write(10, 0)), "done");
      assert.match(
        await outcome(history, write(20_000, 1)),
        /expected room .* found the volume full/,
      );
      await run("mount", ["-o", "remount,size=16m", directory]);
      assert.equal(await outcome(history, write(20_000, 2)), "done");
      assert.equal(await outcome(history, { kind: "close" }), "done");
      await run("mount", ["-o", "remount,ro", directory]);
      assert.match(
        await outcome(history, write(10, 3)),
        /expected a directory in which it may write/,
      );
      await run("mount", ["-o", "remount,rw", directory]);
      assert.equal(await outcome(history, write(10, 4)), "done");
      const nowMs = START_MS + HOUR;
      const answer = await history.ask({ kind: "read", nowMs, claimUids: ["claim-1"] });
      assert.equal(answer.kind === "done" && answer.pasts[0]?.hours.length, 1);
      await history.ask({ kind: "close" });
    } finally {
      history.end();
      await run("umount", ["--lazy", directory]);
    }
  },
);
