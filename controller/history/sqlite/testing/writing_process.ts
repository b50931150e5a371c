/**
 * A process that writes batch after batch to the file in the directory that its argument names, a hundred claims
 * in each, and prints the number of each one that was answered. It ends by being killed.
 *
 * Adapter: a process of its own.
 *
 * @module
 */

import { systemClock } from "../../../../kube/system_clock.ts";
import { HOUR, SECOND } from "../../../../lib/units/millis.ts";
import { createConversation } from "../conversation.ts";
import { writtenSamples } from "../written_samples.ts";
import { startSqliteWorker } from "../start_sqlite_worker.ts";

/** When the first sample is taken; each batch is half a minute later. */
const START_MS = 400_000 * HOUR;
const CLAIMS = 100;

const [directory = ""] = Deno.args;
const file = { directory, path: `${directory}/history.sqlite`, fileBytesMax: 2 ** 26 };
const conversation = createConversation(
  (listener) => startSqliteWorker(file, listener),
  systemClock,
);
for (let batch = 0;; batch++) {
  const nowMs = START_MS + batch * 30 * SECOND;
  const samples = Array.from(
    { length: CLAIMS },
    (_, claim) => [`claim-${claim}`, nowMs, batch, false] as const,
  );
  const answer = await conversation.ask({
    kind: "write",
    nowMs,
    samples: writtenSamples(samples),
    forgotten: [],
  });
  if (answer.kind === "failed") throw new Error(answer.message);
  Deno.stdout.writeSync(new TextEncoder().encode(`${batch}\n`));
}
