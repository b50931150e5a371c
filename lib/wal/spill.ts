/**
 * Spilling: unarchived segments move to another volume and links take their places, so that nothing is lost
 * (`wal.md` §5, E17). Done beside a server that is down, and only where an operator has allowed it.
 *
 * @module
 */

import type { Bytes } from "../units/bytes.ts";
import { type ArchiveStatuses, archiveStatusOf } from "./archive_status.ts";
import type { WalEvidence } from "./evidence.ts";
import { gateRefusals } from "./gate.ts";
import { serverIsDown } from "./gate_moment.ts";
import { findGround } from "./ground.ts";
import type { SegmentFile } from "./listing.ts";
import type { WalRefusal } from "./reasons.ts";
import { segmentOf } from "./segment.ts";

/** How much is to be moved, and what there is room for. */
export interface SpillRequest {
  readonly neededBytes: Bytes;
  /** What the other volume can take without reaching a threshold of its own. */
  readonly roomBytes: Bytes;
  /** Names that are links already. */
  readonly spilledNames: ReadonlySet<string>;
}

/** The segments to move, the oldest first, or every reason why none may be. */
export interface Spill {
  readonly segments: readonly SegmentFile[];
  readonly refusals: readonly WalRefusal[];
}

/**
 * Picks the segments to spill: those before REDO, which the server only reads from now on. Each has to be
 * looked at like a victim of a removal, copied, synced and compared before its link takes its place.
 */
export function planSpill(evidence: WalEvidence, request: SpillRequest): Spill {
  const finding = findGround(evidence);
  if (finding.kind === "unknown") return { segments: [], refusals: finding.refusals };
  const refusals = [serverIsDown(evidence), ...gateRefusals(evidence)]
    .filter((refusal) => refusal !== undefined);
  if (refusals.length > 0) return { segments: [], refusals };
  const { control, listing } = finding.ground;
  const redo = segmentOf(control.redo, control.segmentSize);
  const count = Math.min(
    Math.ceil(request.neededBytes / control.segmentSize),
    Math.floor(request.roomBytes / control.segmentSize),
  );
  const movable = listing.segments.filter(({ name, segment }) =>
    segment.number < redo && !request.spilledNames.has(name)
  );
  return { segments: movable.slice(0, count), refusals: [] };
}

/**
 * Which copies are no longer needed: PostgreSQL has removed the link, nothing waits under that name, and it was
 * seen to be archived before. A link that only vanished leaves its copy as the last one.
 */
export function finishedSpills(
  spilledNames: Iterable<string>,
  seenDone: ReadonlySet<string>,
  walNames: ReadonlySet<string>,
  statuses: ArchiveStatuses,
): string[] {
  return [...spilledNames].filter((name) =>
    seenDone.has(name) && !walNames.has(name) && archiveStatusOf(name, statuses) !== "ready"
  );
}
