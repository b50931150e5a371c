/**
 * Runs `pg_archivecleanup` and finds out what it did (`wal.md` §3, §10 C 7).
 *
 * @module
 */

import { errorText } from "../../kube/logger.ts";
import { type Fact, known, unknown } from "../../lib/wal/fact.ts";
import { judgeRemoval } from "../../lib/wal/removal.ts";
import type { CleanupRun } from "./cleanup_result.ts";
import { describeOutcome } from "./dry_run.ts";
import { missedSegments } from "./missed_segments.ts";
import { sweepOrphans } from "./orphans.ts";
import type { CleanupHands } from "./ports.ts";
import type { CleanupOrder } from "./prepare_cleanup.ts";
import { withinLimit } from "./within_limit.ts";

/** Thousands of files on a busy disk. The program may be ended at any file: the next run goes on. */
export const CLEANUP_LIMIT_MS = 2 * 60_000;

/** Listing and removing statuses afterwards. */
const AFTERWARDS_LIMIT_MS = 30_000;

/**
 * Removes the victims of an order. Whatever the program says, what is gone and what is left is read from a new
 * listing: some versions exit with 0 when they could not remove a file (`wal.md` W19).
 *
 * @throws If pg_wal cannot be listed afterwards.
 */
export async function carryOut(
  hands: CleanupHands,
  order: CleanupOrder,
  signal: AbortSignal,
): Promise<CleanupRun> {
  const { directory, clock } = hands;
  const program = await runProgram(hands, order, signal);
  const limit = { clock, limitMs: AFTERWARDS_LIMIT_MS, signal };
  const namesAfter = new Set(await withinLimit(limit, () => directory.names()));
  const { removed, left } = judgeRemoval(order.victims, namesAfter);
  const after = await hands.look(signal);
  return {
    redo: order.redo,
    cutOffName: order.cutOff.fileName,
    segmentSize: order.segmentSize,
    removedNames: removed.map(({ name }) => name),
    leftNames: left.map(({ name }) => name),
    statusesRemoved: await sweep(hands, order, signal),
    missedNames: missedSegments(order.standing, namesAfter, order.cutOff.segment, after),
    program,
  };
}

async function runProgram(
  { clock, archiveCleanup, directory }: CleanupHands,
  { cutOff }: CleanupOrder,
  signal: AbortSignal,
): Promise<string> {
  const limit = { clock, limitMs: CLEANUP_LIMIT_MS, signal };
  const args = [directory.path, cutOff.fileName];
  try {
    return describeOutcome(await withinLimit(limit, (inner) => archiveCleanup(args, inner)));
  } catch (error) {
    return errorText(error);
  }
}

/** Statuses without segments do no harm, so failing here fails nothing. */
async function sweep(
  { clock, directory }: CleanupHands,
  { cutOff, segmentSize }: CleanupOrder,
  signal: AbortSignal,
): Promise<Fact<number>> {
  try {
    const limit = { clock, limitMs: AFTERWARDS_LIMIT_MS, signal };
    return known(
      await withinLimit(limit, () => sweepOrphans(directory, cutOff.segment, segmentSize)),
    );
  } catch (error) {
    return unknown(`Cannot remove statuses without segments: ${errorText(error)}`);
  }
}
