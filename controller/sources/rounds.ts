/**
 * Asks the sources besides the agents, once an interval, while this process leads.
 *
 * @module
 */

import type { Clock } from "../../kube/clock.ts";
import { errorText, type Logger } from "../../kube/logger.ts";
import type { Measuring } from "../observe/measuring.ts";
import type { SourceTarget } from "../observe/source_targets.ts";

/** Asks one source about what it is needed for. Rejects only when it is aborted, or is mistaken itself. */
export type SourceRound = (targets: readonly SourceTarget[], signal: AbortSignal) => Promise<void>;

/** What rounds need. */
export interface RoundDependencies {
  readonly observer: Pick<Measuring, "sourceTargets">;
  /** The sources by their names. */
  readonly sources: Readonly<Record<string, SourceRound>>;
  readonly intervalMs: number;
  /** Whether this process leads: agents report to the leader alone, and one of several asks. */
  readonly leads: () => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Asks until `signal` is aborted. Rounds of one source never overlap, and none waits for another source's. The first
 * one comes when the process has led for a whole interval: by then all agents have reported.
 */
export async function runRounds(
  { observer, sources, intervalMs, leads, clock, logger }: RoundDependencies,
  signal: AbortSignal,
): Promise<void> {
  async function run(name: string, round: SourceRound): Promise<void> {
    let led = false;
    while (await waited(clock, intervalMs, signal)) {
      const isReady = led && leads();
      led = leads();
      if (!isReady) continue;
      try {
        await round(observer.sourceTargets(), signal);
      } catch (error) {
        if (signal.aborted) return;
        logger.error("a source could not be asked", { source: name, error: errorText(error) });
      }
    }
  }
  await Promise.all(Object.entries(sources).map(([name, round]) => run(name, round)));
}

async function waited(clock: Clock, intervalMs: number, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(intervalMs, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return !signal.aborted;
}
