/**
 * Waits that end: everything that the hands wait for has a limit of its own.
 *
 * @module
 */

import { linkAbort, raceAbort, startWatchdog } from "../../kube/abort.ts";
import type { Clock } from "../../kube/clock.ts";
import { formatDuration } from "../../lib/units/format.ts";
import { millis } from "../../lib/units/millis.ts";

/** How long something may take, and who may end it before. */
export interface WaitLimit {
  readonly clock: Clock;
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/**
 * Gives what `work` comes to. Where the limit passes or the signal is aborted first, it rejects and leaves the
 * work, which is told by its own signal, to end by itself: a read of a dead volume ends never.
 */
export async function withinLimit<Result>(
  { clock, limitMs, signal }: WaitLimit,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  using link = linkAbort(signal);
  using _deadline = startWatchdog(clock, limitMs, () => {
    const limit = formatDuration(millis(limitMs));
    link.abort(new Error(`expected an answer within ${limit}, found none`));
  });
  link.signal.throwIfAborted();
  return await raceAbort(work(link.signal), link.signal);
}
