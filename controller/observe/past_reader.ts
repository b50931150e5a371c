/**
 * Reads the past of volumes, a few at a time: nobody waits for it, and whoever gets none goes on without.
 *
 * @module
 */

import { linkAbort, raceAbort, startWatchdog } from "../../kube/abort.ts";
import type { Clock } from "../../kube/clock.ts";
import { errorText, type Logger } from "../../kube/logger.ts";
import type { History, PastVolume, VolumePast } from "../history/history.ts";

/** A day of one volume is folded within a millisecond or two; views and reports come between two batches. */
const BATCH_SIZE = 8;

/** Forecasts can do without the past; a disk that hangs keeps nobody longer from the samples of agents. */
const READ_LIMIT_MS = 10_000;

/** What reading needs. */
export interface PastReaderDependencies {
  readonly history: Pick<History, "read">;
  readonly clock: Clock;
  readonly log: Logger;
  /** Told of each volume that was asked for: its past, or that there is none. */
  readonly onRead: (claimUid: string, past: VolumePast | undefined) => void;
}

/** Reads what is asked for. */
export interface PastReader {
  /** The volume is read in its turn, once {@link PastReader.run} runs. */
  want(volume: PastVolume): void;
  /** It need not be read any more. */
  forget(claimUid: string): void;
  /** Reads until `signal` is aborted, and resolves then. */
  run(signal: AbortSignal): Promise<void>;
}

/** Creates a reader that was asked for nothing. */
export function createPastReader(dependencies: PastReaderDependencies): PastReader {
  const { onRead, log } = dependencies;
  const wanted = new Map<string, PastVolume>();
  /** What was logged last: hundreds of volumes fail as one. */
  let told: string | undefined;
  let wake = (): void => {};

  async function somethingWanted(signal: AbortSignal): Promise<void> {
    if (wanted.size > 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    wake = resolve;
    await raceAbort(promise, signal).catch(() => {});
  }

  function tell(error: string): void {
    if (error !== told) log.warn("the past of volumes was not read", { error });
    told = error;
  }

  async function readBatch(signal: AbortSignal): Promise<void> {
    const batch = [...wanted.values()].slice(0, BATCH_SIZE);
    const pasts = await readInTime(batch, dependencies, signal).catch((error: unknown) => {
      if (!signal.aborted) tell(errorText(error));
      return undefined;
    });
    if (pasts !== undefined) told = undefined;
    for (const { claimUid } of batch) {
      // A claim that is gone meanwhile has been forgotten.
      if (wanted.delete(claimUid)) onRead(claimUid, pasts?.get(claimUid));
    }
  }

  return {
    want(volume): void {
      wanted.set(volume.claimUid, volume);
      wake();
    },
    forget(claimUid): void {
      wanted.delete(claimUid);
    },
    async run(signal): Promise<void> {
      while (!signal.aborted) {
        await somethingWanted(signal);
        if (wanted.size > 0) await readBatch(signal);
      }
    },
  };
}

/** @throws {Error} If it was not read in time, or cannot be. */
async function readInTime(
  batch: readonly PastVolume[],
  { history, clock }: PastReaderDependencies,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, VolumePast>> {
  using link = linkAbort(signal);
  using _limit = startWatchdog(clock, READ_LIMIT_MS, () => {
    link.abort(new Error(`Cannot read the past of ${batch.length} volumes: no answer in time`));
  });
  return await raceAbort(history.read(batch, link.signal), link.signal);
}
