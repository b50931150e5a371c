/**
 * All that has to be true right before WAL is removed.
 *
 * @module
 */

import type { CutOff, CutOffPolicy } from "../../lib/wal/cut_off.ts";
import { believedControl } from "../../lib/wal/gate_files.ts";
import type { SegmentFile } from "../../lib/wal/listing.ts";
import type { Lsn } from "../../lib/wal/lsn.ts";
import { refusal, type WalRefusal } from "../../lib/wal/reasons.ts";
import {
  type FileLook,
  planRemoval,
  refuseOddVictims,
  refuseOtherDryRun,
} from "../../lib/wal/removal.ts";
import type { SegmentSize } from "../../lib/wal/segment.ts";
import { movedBackwards, type PlannedLook, vanishedVictims } from "./compare_looks.ts";
import { readDryRun } from "./dry_run.ts";
import type { CleanupHands, WalDirectory } from "./ports.ts";
import { withinLimit } from "./within_limit.ts";

/** Listing or looking takes less than a second (`wal.md` §7.2); on a dead volume it takes for ever. */
export const EXAMINATION_LIMIT_MS = 30_000;

/** What is to be removed; everything about it was checked twice. */
export interface CleanupOrder {
  readonly cutOff: Extract<CutOff, { readonly kind: "known" }>;
  readonly victims: readonly SegmentFile[];
  /** All segments that stood in pg_wal at the last look. */
  readonly standing: readonly SegmentFile[];
  readonly segmentSize: SegmentSize;
  readonly redo: Lsn;
}

/** Whether a removal may begin. */
export type Prepared =
  | { readonly kind: "ready"; readonly order: CleanupOrder }
  /** Somebody else, a checkpoint of the server for one, removed victims meanwhile: no reason for alarm. */
  | { readonly kind: "changed" }
  | { readonly kind: "refused"; readonly refusals: readonly WalRefusal[] };

/**
 * Looks, plans, compares with the program's own list, looks at each victim, and looks again.
 *
 * @throws If the program cannot be run or a file not be looked at.
 */
export async function prepare(
  hands: CleanupHands,
  policy: CutOffPolicy,
  signal: AbortSignal,
): Promise<Prepared> {
  const first = await plan(hands, policy, signal);
  if (first.removal.refusals.length > 0) {
    return { kind: "refused", refusals: first.removal.refusals };
  }
  const found = await examine(hands, first, signal);
  const second = await plan(hands, policy, signal);
  // Victims that are gone leave the program's list first: only a list that stands still can be compared.
  if (vanishedVictims(first, second).length > 0) return { kind: "changed" };
  const refusals = [
    ...found,
    ...second.removal.refusals,
    ...movedBackwards(first, second),
  ];
  const order = orderOf(first, second);
  if (refusals.length > 0 || order === undefined) return { kind: "refused", refusals };
  const late = await hands.lastCheck?.(signal);
  return late === undefined ? { kind: "ready", order } : { kind: "refused", refusals: [late] };
}

async function plan(
  { look }: CleanupHands,
  policy: CutOffPolicy,
  signal: AbortSignal,
): Promise<PlannedLook> {
  const evidence = await look(signal);
  return { evidence, removal: planRemoval(evidence, policy) };
}

/** The program's list and the victims themselves. */
async function examine(
  { clock, directory, archiveCleanup }: CleanupHands,
  { removal: { cutOff, victims }, evidence: { listing } }: PlannedLook,
  signal: AbortSignal,
): Promise<WalRefusal[]> {
  if (cutOff.kind === "unknown") return [...cutOff.refusals];
  if (listing.kind === "unknown") return [refusal("ListingUnknown", listing.message)];
  const limit = { clock, limitMs: EXAMINATION_LIMIT_MS, signal };
  const args = ["-n", directory.path, cutOff.fileName];
  const outcome = await withinLimit(limit, (inner) => archiveCleanup(args, inner));
  const printed = readDryRun(outcome, directory.path);
  if (printed.kind === "unknown") return [refusal("DryRunDiffers", printed.message)];
  const other = refuseOtherDryRun(victims, printed.value);
  if (other !== undefined) return [other];
  const looks = await withinLimit(limit, () => lookAtAll(directory, victims));
  return refuseOddVictims(victims, looks, listing.value.segmentSize);
}

async function lookAtAll(
  directory: WalDirectory,
  victims: readonly SegmentFile[],
): Promise<ReadonlyMap<string, FileLook>> {
  const looks = new Map<string, FileLook>();
  for (const { name } of victims) {
    const found = await directory.look(name);
    if (found !== undefined) looks.set(name, found);
  }
  return looks;
}

/** The first look's victims: those whose list and files were examined. */
function orderOf(first: PlannedLook, second: PlannedLook): CleanupOrder | undefined {
  const { cutOff, victims } = first.removal;
  const { listing } = second.evidence;
  const control = believedControl(second.evidence);
  if (cutOff.kind === "unknown" || listing.kind === "unknown" || control === undefined) {
    return undefined; // Refused by their own checks.
  }
  return {
    cutOff,
    victims,
    standing: listing.value.segments,
    segmentSize: listing.value.segmentSize,
    redo: control.redo,
  };
}
