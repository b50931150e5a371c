/**
 * The history in a file of SQLite, as the controller's thread sees it: samples are handed to the thread of the
 * file in batches, and whatever becomes of that thread or of its disk, nobody here waits for it without a limit.
 *
 * @module
 */

import type { Clock } from "../../../kube/clock.ts";
import type { Logger } from "../../../kube/logger.ts";
import type { History, HistoryState, VolumePast } from "../history.ts";
import { createConversation, type StartWorker } from "./conversation.ts";
import type { Answer, Question } from "./messages.ts";
import { createPending } from "./pending.ts";
import { createReading } from "./reading.ts";
import { createTroubles } from "./troubles.ts";
import { createWriting } from "./writing.ts";

/** What the history needs. */
export interface SqliteHistoryOptions {
  readonly startWorker: StartWorker;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Creates a history; the file is opened when there is something to write or to read. */
export function createSqliteHistory(options: SqliteHistoryOptions): History {
  const { clock, logger } = options;
  const conversation = createConversation(options.startWorker, clock);
  const troubles = createTroubles(logger);
  const pending = createPending();
  const parts = { ask, rest: conversation.rest, clock, troubles, pending };
  const writing = createWriting(parts);
  const reading = createReading(parts);
  let closing: Promise<void> | undefined;

  /** Asks, and passes on what somebody should know. */
  async function ask(question: Question): Promise<Answer> {
    const answer = await conversation.ask(question);
    for (const note of answer.notes) logger.warn("the history began anew", { reason: note });
    return answer;
  }

  async function close(limitMs: number): Promise<void> {
    const ended = new AbortController();
    const late = clock.sleep(limitMs, ended.signal).catch(() => {});
    const finished = writing.finish().catch(() => {});
    await Promise.race([finished, late]);
    ended.abort();
    conversation.end();
    await finished;
    const lost = pending.size();
    if (lost > 0) logger.warn("samples were not written at the end", { samples: lost, limitMs });
  }

  return {
    record({ volume, sample, takenAtMs }): void {
      if (closing !== undefined || takenAtMs > clock.now()) return;
      const withWal = sample.basis === "blocks-and-wal";
      pending.add([volume.claimUid, takenAtMs, sample.usedBytes, withWal]);
      writing.begin();
    },
    forget(claimUid): void {
      if (closing !== undefined) return;
      pending.forget(claimUid);
      writing.begin();
    },
    read(volumes, signal): Promise<ReadonlyMap<string, VolumePast>> {
      if (closing === undefined) return reading.read(volumes, signal);
      return Promise.reject(new Error("Cannot read the history: it is closed"));
    },
    state(): HistoryState {
      const message = troubles.message();
      return message === undefined ? { kind: "kept" } : { kind: "unavailable", message };
    },
    close(limitMs): Promise<void> {
      closing ??= close(limitMs);
      return closing;
    },
  };
}
