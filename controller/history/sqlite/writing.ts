/**
 * Writes what waits, batch by batch, for as long as there is a history.
 *
 * @module
 */

import type { Clock } from "../../../kube/clock.ts";
import { errorText } from "../../../kube/logger.ts";
import { followClocks, type TrustedTime } from "../trusted_time.ts";
import type { Answer, Question } from "./messages.ts";
import type { Batch, Pending } from "./pending.ts";
import type { Troubles } from "./troubles.ts";
import { writtenSamples } from "./written_samples.ts";

/** What writing needs. */
export interface WritingDependencies {
  readonly ask: (question: Question) => Promise<Answer>;
  /** Closes the file and ends its thread. */
  readonly rest: () => Promise<void>;
  readonly clock: Clock;
  readonly pending: Pending;
  readonly troubles: Troubles;
}

/** Writes. */
export interface Writing {
  /** Something waits. */
  begin(): void;
  /** Writes everything that waits, closes the file, and takes no more. Waits for as long as the disk does. */
  finish(): Promise<void>;
}

/** A process that is killed loses what it measured in so long; a disk is written to no more often. */
const WRITE_EVERY_MS = 60_000;

/** After failures the time to the next try doubles up to this: a volume that has room again is noticed. */
const RETRY_MS_MAX = 5 * 60_000;

/** A disk that takes longer than this hangs, whatever the reason. */
const ANSWER_LIMIT_MS = 30_000;

/** Creates a writer. It sleeps while nothing waits. */
export function createWriting(
  { ask, rest, clock, pending, troubles }: WritingDependencies,
): Writing {
  const finishing = new AbortController();
  let running: Promise<void> | undefined;
  let trusted: TrustedTime | undefined;
  let failures = 0;

  async function run(): Promise<void> {
    while (!finishing.signal.aborted) {
      const delayMs = Math.min(RETRY_MS_MAX, WRITE_EVERY_MS * 2 ** failures);
      await clock.sleep(delayMs, finishing.signal).catch(() => {});
      if (await writeAll()) await restThread().catch(() => {});
    }
  }

  /** A thread takes 15 MB, and this one has nothing to do for most of a minute. */
  async function restThread(): Promise<void> {
    const before = troubles.message();
    await withinSight(rest(), { clock, troubles });
    // The disk was late, and is not any more: nothing else would tell before the next batch.
    if (troubles.message() !== before) troubles.succeeded("write");
  }

  /** Ends at the first failure, and says whether there was none. */
  async function writeAll(): Promise<boolean> {
    for (let batch = pending.take(); batch !== undefined; batch = pending.take()) {
      const problem = await write(batch);
      if (problem === undefined) {
        failures = 0;
        troubles.succeeded("write");
        continue;
      }
      failures++;
      pending.giveBack(batch);
      troubles.failed("write", problem);
      return false;
    }
    return true;
  }

  /** What went wrong, if anything. An answer is waited for without limit, since only it tells what was written. */
  async function write(batch: Batch): Promise<string | undefined> {
    trusted = followClocks(trusted, { wallMs: clock.now(), monotonicMs: clock.monotonic() });
    try {
      const samples = writtenSamples(batch.samples);
      const { forgotten } = batch;
      const { nowMs } = trusted;
      const answer = await withinSight(
        ask({ kind: "write", nowMs, samples, forgotten }),
        { clock, troubles },
      );
      return answer.kind === "failed" ? answer.message : undefined;
    } catch (error) {
      return errorText(error);
    }
  }

  return {
    begin(): void {
      running ??= run();
    },
    async finish(): Promise<void> {
      finishing.abort();
      await running;
      await writeAll();
      await rest();
    },
  };
}

/** Waits without limit, and tells where it takes too long. */
async function withinSight<Result>(
  answering: Promise<Result>,
  dependencies: Pick<WritingDependencies, "clock" | "troubles">,
): Promise<Result> {
  const answered = new AbortController();
  const watching = tellIfLate(dependencies, answered.signal);
  try {
    return await answering;
  } finally {
    answered.abort();
    await watching;
  }
}

/** Resolves when there is an answer or it is told that there is none. */
async function tellIfLate(
  { clock, troubles }: Pick<WritingDependencies, "clock" | "troubles">,
  answered: AbortSignal,
): Promise<void> {
  try {
    await clock.sleep(ANSWER_LIMIT_MS, answered);
  } catch {
    return;
  }
  const problem = `expected an answer of its disk within ${ANSWER_LIMIT_MS / 1_000} s, found none`;
  troubles.failed("write", `Cannot write the history: ${problem}`);
}
