/**
 * CHECKPOINT as the agent orders it: checks before, and pg_control afterwards (`wal.md` §10 C 2–4, E).
 *
 * @module
 */

import { errorText } from "../../kube/logger.ts";
import {
  checkpointRefusals,
  type CheckpointRequest,
  didCheckpointMove,
} from "../../lib/wal/checkpoint.ts";
import type { WalEvidence } from "../../lib/wal/evidence.ts";
import { believedControl } from "../../lib/wal/gate_files.ts";
import type { Lsn } from "../../lib/wal/lsn.ts";
import { refusal, type WalRefusal } from "../../lib/wal/reasons.ts";
import type { Eyes } from "./ports.ts";
import { withinLimit } from "./within_limit.ts";

/** A checkpoint of tens of gigabytes of dirty buffers on a slow disk; the server goes on with it beyond this. */
export const CHECKPOINT_LIMIT_MS = 10 * 60_000;

/** Sends `CHECKPOINT` over a connection of its own; rejects with what the server answers. */
export type RunCheckpoint = (signal: AbortSignal) => Promise<void>;

/** What a checkpoint needs. */
export interface CheckpointHands extends Eyes {
  readonly runCheckpoint: RunCheckpoint;
}

/** What came of a checkpoint. */
export type CheckpointResult =
  /** REDO moved, whatever the server answered: `error` is its answer where it was one (`wal.md` T25). */
  | {
    readonly kind: "moved";
    readonly redoBefore: Lsn;
    readonly redoAfter: Lsn;
    readonly error?: string | undefined;
  }
  /** Nothing came of it. On a standby: no checkpoint of the primary to restart from (`wal.md` T26). */
  | { readonly kind: "unmoved"; readonly redo: Lsn; readonly error?: string | undefined }
  | { readonly kind: "refused"; readonly refusals: readonly WalRefusal[] }
  /** It was ordered, and what came of it cannot be seen. */
  | { readonly kind: "unknown"; readonly message: string };

/**
 * Orders a CHECKPOINT if nothing speaks against it, and says whether REDO moved. Never rejects.
 *
 * On a standby with anything that waits to be archived it is never ordered: the restartpoint would remove what
 * nobody has archived (`wal.md` E29).
 */
export async function forceCheckpoint(
  hands: CheckpointHands,
  request: CheckpointRequest,
  signal: AbortSignal,
): Promise<CheckpointResult> {
  let before: WalEvidence;
  try {
    before = await hands.look(signal);
  } catch (error) {
    return refused([refusal("ServerStateUnknown", `Cannot look before it: ${errorText(error)}`)]);
  }
  const refusals = checkpointRefusals(before, request);
  const redoBefore = believedControl(before)?.redo;
  if (refusals.length > 0 || redoBefore === undefined) return refused(refusals);
  const error = await orderCheckpoint(hands, signal);
  return await judgeCheckpoint(hands, redoBefore, error, signal);
}

/** The error that the server answered, or that no answer came; undefined where all went well. */
async function orderCheckpoint(
  { clock, runCheckpoint }: CheckpointHands,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    await withinLimit({ clock, limitMs: CHECKPOINT_LIMIT_MS, signal }, runCheckpoint);
    return undefined;
  } catch (error) {
    return errorText(error);
  }
}

async function judgeCheckpoint(
  { look }: CheckpointHands,
  redoBefore: Lsn,
  error: string | undefined,
  signal: AbortSignal,
): Promise<CheckpointResult> {
  try {
    const redoAfter = believedControl(await look(signal))?.redo;
    if (redoAfter === undefined) {
      return { kind: "unknown", message: unseen("pg_control could not be read", error) };
    }
    return didCheckpointMove(redoBefore, redoAfter) === "moved"
      ? { kind: "moved", redoBefore, redoAfter, error }
      : { kind: "unmoved", redo: redoAfter, error };
  } catch (failure) {
    return { kind: "unknown", message: unseen(errorText(failure), error) };
  }
}

function unseen(found: string, error: string | undefined): string {
  const answer = error === undefined ? "" : ` (the server answered: ${error})`;
  return `Cannot say what the checkpoint came to: expected pg_control after it, found ${found}${answer}`;
}

function refused(refusals: readonly WalRefusal[]): CheckpointResult {
  return { kind: "refused", refusals };
}
