/**
 * Removes WAL that nothing needs, with PostgreSQL's own program (`wal.md` §10 C 7, D 2).
 *
 *     look ─► plan ─► pg_archivecleanup -n ─► lstat ─► look again ─► run ─► list ─► statuses
 *       ▲                                                                     │
 *       └──────── pg_wal changed meanwhile, or something was left: once more ─┘
 *
 * @module
 */

import { errorText } from "../../kube/logger.ts";
import type { CutOffPolicy } from "../../lib/wal/cut_off.ts";
import { refusal } from "../../lib/wal/reasons.ts";
import {
  type CleanupResult,
  type CleanupRun,
  failedAfter,
  removedBy,
  stoppedBy,
} from "./cleanup_result.ts";
import { carryOut } from "./carry_out.ts";
import type { CleanupHands } from "./ports.ts";
import { prepare } from "./prepare_cleanup.ts";

/** A removal that left something is tried once more (`wal.md` §3: a race with a checkpoint ends it early). */
export const RUNS_MAX = 2;

/** How often all is looked at anew because a checkpoint was at work meanwhile, runs included. */
export const ROUNDS_MAX = 5;

/**
 * Removes every segment before the cut-off, or says why not. Never rejects; what went before something failed
 * is in the result. Killed at any moment it leaves at most statuses without segments, which the next run takes
 * along.
 */
export async function cleanUp(
  hands: CleanupHands,
  policy: CutOffPolicy,
  signal: AbortSignal,
): Promise<CleanupResult> {
  const runs: CleanupRun[] = [];
  try {
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const prepared = await prepare(hands, policy, signal);
      if (prepared.kind === "refused") {
        return stoppedBy(runs, prepared.refusals, await stillThere(hands, runs));
      }
      if (prepared.kind === "changed") continue;
      const run = await carryOut(hands, prepared.order, signal);
      runs.push(run);
      if (run.missedNames.kind === "known" && run.missedNames.value.length > 0) {
        return failedAfter(runs, `Segments that are needed went: ${run.missedNames.value.join()}`);
      }
      if (run.leftNames.length === 0) return removedBy(runs);
      if (runs.length >= RUNS_MAX) return failedAfter(runs, messageOfLeft(run));
    }
    const message = `pg_wal changed under each of ${ROUNDS_MAX} looks`;
    const refusals = [refusal("VictimUnknown", message)];
    return stoppedBy(runs, refusals, await stillThere(hands, runs));
  } catch (error) {
    return failedAfter(runs, `Cannot remove WAL: ${errorText(error)}`);
  }
}

async function stillThere(
  { directory }: CleanupHands,
  runs: readonly CleanupRun[],
): Promise<readonly string[]> {
  const left = runs.at(-1)?.leftNames ?? [];
  if (left.length === 0) return [];
  const names = new Set(await directory.names());
  return left.filter((name) => names.has(name));
}

function messageOfLeft({ leftNames, program }: CleanupRun): string {
  return `Cannot remove ${leftNames.join()}: expected pg_archivecleanup to, found ${program}`;
}
