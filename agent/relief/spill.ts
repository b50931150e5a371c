/**
 * Moves unarchived segments of a server that is down to another volume and leaves links in their places, so
 * that nothing is lost (`wal.md` §5, E17). Only where an operator has allowed it.
 *
 *     segment ──copy──► copy.part ──sync, compare──► copy ──link takes the segment's place──► spilled
 *                                                                 the server archives it and removes the link
 *     spilled ──seen .done──► archived ──link gone──► the copy goes
 *
 * @module
 */

import { errorText } from "../../kube/logger.ts";
import { type Bytes, bytes } from "../../lib/units/bytes.ts";
import type { WalEvidence } from "../../lib/wal/evidence.ts";
import type { Fact } from "../../lib/wal/fact.ts";
import { believedControl } from "../../lib/wal/gate_files.ts";
import type { SegmentFile } from "../../lib/wal/listing.ts";
import { refusal, type WalRefusal } from "../../lib/wal/reasons.ts";
import { type FileLook, refuseOddVictims } from "../../lib/wal/removal.ts";
import type { SegmentSize } from "../../lib/wal/segment.ts";
import { planSpill } from "../../lib/wal/spill.ts";
import type { Eyes, WalDirectory } from "./ports.ts";
import { withinLimit } from "./within_limit.ts";

/** Copying and syncing 1 GiB on a slow volume. */
export const SEGMENT_LIMIT_MS = 5 * 60_000;

/** The directory on another volume that takes the copies; every container sees it under the same path. */
export interface SpillDirectory {
  /** Segments whose copies are here. Copies in the making are none. */
  spilledNames(): Promise<readonly string[]>;
  /** What the volume can take without reaching a threshold of its own. */
  roomBytes(): Promise<Bytes>;
  /** Copies a segment of pg_wal, syncs the copy and its directory, and compares both byte by byte. */
  copy(name: string, signal: AbortSignal): Promise<void>;
  /** Puts a link to the copy in the segment's place, at once or not at all. */
  link(name: string): Promise<void>;
  /** Notes that a segment was seen to be archived; such notes outlive the agent. */
  noteArchived(name: string): Promise<void>;
  archivedNames(): Promise<readonly string[]>;
  /** Removes a copy and its note. */
  remove(name: string): Promise<void>;
}

/** What spilling needs. */
export interface SpillHands extends Eyes {
  readonly directory: WalDirectory;
  readonly spill: SpillDirectory;
  /** Asked before each link is placed: somebody may be starting the server. */
  readonly askPostmasterGone: (signal: AbortSignal) => Promise<Fact<boolean>>;
}

/** What came of spilling. */
export type SpillResult =
  | {
    readonly kind: "spilled";
    readonly names: readonly string[];
    readonly movedBytes: Bytes;
  }
  | { readonly kind: "refused"; readonly refusals: readonly WalRefusal[] }
  /** Given up on the way; every segment is whole, here or there. */
  | {
    readonly kind: "failed";
    readonly message: string;
    readonly names: readonly string[];
    readonly movedBytes: Bytes;
  };

/** Moves as many segments as are needed and there is room for, the oldest first. Never rejects. */
export async function spillSegments(
  hands: SpillHands,
  neededBytes: Bytes,
  signal: AbortSignal,
): Promise<SpillResult> {
  const moved: string[] = [];
  let size = 0;
  try {
    const evidence = await hands.look(signal);
    size = believedControl(evidence)?.segmentSize ?? 0;
    const plan = await planWith(hands, evidence, neededBytes);
    if (plan.refusals.length > 0) return { kind: "refused", refusals: plan.refusals };
    for (const { name } of plan.segments) {
      const late = await moveOne(hands, name, signal);
      if (late !== undefined) return stopped(late, moved, size);
      moved.push(name);
    }
    return { kind: "spilled", names: moved, movedBytes: bytes(moved.length * size) };
  } catch (error) {
    const message = `Cannot move WAL aside: ${errorText(error)}`;
    return { kind: "failed", message, names: moved, movedBytes: bytes(moved.length * size) };
  }
}

async function planWith(
  { spill, directory }: SpillHands,
  evidence: WalEvidence,
  neededBytes: Bytes,
): Promise<
  { readonly segments: readonly SegmentFile[]; readonly refusals: readonly WalRefusal[] }
> {
  const spilledNames = await linkedNames(directory, evidence, await spill.spilledNames());
  const request = { neededBytes, roomBytes: await spill.roomBytes(), spilledNames };
  const plan = planSpill(evidence, request);
  if (plan.refusals.length > 0 || evidence.listing.kind === "unknown") return plan;
  if (plan.segments.length === 0) {
    const message = "no segment may be moved, or the other volume has no room for one";
    return { segments: [], refusals: [refusal("StepRefused", message)] };
  }
  const odd = await oddOnes(directory, plan.segments, evidence.listing.value.segmentSize);
  return { segments: odd.length > 0 ? [] : plan.segments, refusals: odd };
}

/** Copies whose links were never placed, because the agent was killed in between, are made anew. */
async function linkedNames(
  directory: WalDirectory,
  { listing }: WalEvidence,
  copied: readonly string[],
): Promise<ReadonlySet<string>> {
  if (listing.kind === "unknown") return new Set(copied);
  const linked = new Set<string>();
  for (const name of copied) {
    const look = await directory.look(name);
    if (look !== undefined && !look.isRegularFile) linked.add(name);
  }
  return linked;
}

async function oddOnes(
  directory: WalDirectory,
  segments: readonly SegmentFile[],
  size: SegmentSize,
): Promise<WalRefusal[]> {
  const looks = new Map<string, FileLook>();
  for (const { name } of segments) {
    const look = await directory.look(name);
    if (look !== undefined) looks.set(name, look);
  }
  return refuseOddVictims(segments, looks, size);
}

/** Moves one segment; why its link was not placed, where it was not. */
async function moveOne(
  { spill, clock, askPostmasterGone }: SpillHands,
  name: string,
  signal: AbortSignal,
): Promise<WalRefusal | undefined> {
  const limit = { clock, limitMs: SEGMENT_LIMIT_MS, signal };
  await withinLimit(limit, (inner) => spill.copy(name, inner));
  const gone = await askPostmasterGone(signal);
  if (gone.kind === "known" && gone.value) {
    await spill.link(name);
    return undefined;
  }
  await spill.remove(name);
  const message = gone.kind === "unknown" ? gone.message : "a server is being started";
  return refusal("ServerNotStopped", message);
}

function stopped(late: WalRefusal, names: readonly string[], size: number): SpillResult {
  if (names.length === 0) return { kind: "refused", refusals: [late] };
  const movedBytes = bytes(names.length * size);
  const message = `Cannot move more WAL aside: ${late.reason}, ${late.message}`;
  return { kind: "failed", message, names, movedBytes };
}
