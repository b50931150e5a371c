/**
 * Reads the past of volumes, within limits.
 *
 * @module
 */

import type { Clock } from "../../../kube/clock.ts";
import { errorText } from "../../../kube/logger.ts";
import type { PastVolume, VolumePast } from "../history.ts";
import type { Answer, Question } from "./messages.ts";
import type { Troubles } from "./troubles.ts";
import { volumePast } from "./volume_past.ts";

/** What reading needs. */
export interface ReadingDependencies {
  readonly ask: (question: Question) => Promise<Answer>;
  readonly clock: Clock;
  readonly troubles: Troubles;
}

/** Reads. */
export interface Reading {
  /** @throws {Error} If it fails, takes too long, or too many wait already. */
  read(
    volumes: readonly PastVolume[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, VolumePast>>;
}

/** A cluster of nine volumes is read in some 20 ms; a disk that takes longer than this hangs. */
const READ_LIMIT_MS = 8_000;

/** Of each that waits only its list of volumes is held, and a disk that hangs shall not gather more of them. */
const WAITING_MAX = 2_000;

/** Creates a reader. One reads at a time: a past is a megabyte while it is handed over. */
export function createReading({ ask, clock, troubles }: ReadingDependencies): Reading {
  let waiting = 0;
  let turn: Promise<unknown> = Promise.resolve();
  /** Whether a question is still unanswered whose asker has given up. */
  let isStuck = false;

  async function readNow(
    volumes: readonly PastVolume[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, VolumePast>> {
    signal.throwIfAborted();
    if (isStuck) throw new Error("Cannot read the history: its disk does not answer");
    const nowMs = clock.now();
    const claimUids = volumes.map(({ claimUid }) => claimUid);
    isStuck = true;
    const asking = ask({ kind: "read", nowMs, claimUids }).finally(() => void (isStuck = false));
    const answer = await withinLimit(asking, signal);
    if (answer.kind === "failed") throw new Error(answer.message);
    return new Map(answer.pasts.map((past) => [past.claimUid, volumePast(past, nowMs)]));
  }

  async function withinLimit(asking: Promise<Answer>, signal: AbortSignal): Promise<Answer> {
    const answered = new AbortController();
    const late = clock.sleep(READ_LIMIT_MS, AbortSignal.any([signal, answered.signal]))
      .then((): never => {
        const problem = `expected an answer within ${READ_LIMIT_MS / 1_000} s, found none`;
        throw new Error(`Cannot read the history: ${problem}`);
      });
    try {
      return await Promise.race([asking, late]);
    } finally {
      answered.abort();
      late.catch(() => {});
      asking.catch(() => {});
    }
  }

  return {
    async read(volumes, signal): Promise<ReadonlyMap<string, VolumePast>> {
      if (volumes.length === 0) return new Map();
      if (waiting >= WAITING_MAX) {
        throw new Error(`Cannot read the history: ${WAITING_MAX} others wait for it`);
      }
      waiting++;
      const reading = turn.then(() => readNow(volumes, signal));
      turn = reading.catch(() => {});
      try {
        const pasts = await reading;
        troubles.succeeded("read");
        return pasts;
      } catch (error) {
        if (!signal.aborted) troubles.failed("read", errorText(error));
        throw error;
      } finally {
        waiting--;
      }
    },
  };
}
