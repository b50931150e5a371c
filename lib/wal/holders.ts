/**
 * Holders: who holds WAL, with bytes, since when, and the one safe act; worth more than deleting (`wal.md` §6).
 *
 * @module
 */

import type { Bytes } from "../units/bytes.ts";
import { bytes } from "../units/bytes.ts";
import { findHolds } from "./constraints.ts";
import { compareHolds } from "./cut_off.ts";
import { ALL_MARGINS, type WalEvidence } from "./evidence.ts";
import { findGround, type Ground, reachedByControl } from "./ground.ts";
import type { WalHold } from "./hold.ts";
import type { WalRefusal } from "./reasons.ts";
import { type Remedy, remedyFor } from "./remedies.ts";
import { type SegmentNumber, segmentOf, segmentsBytes } from "./segment.ts";

/** Something that holds WAL. */
export interface Holder extends WalHold {
  /** Whole segments from the oldest it needs to the one written now. */
  readonly bytesHeld: Bytes;
  /** What would go if it alone let go: what it holds more than the next holder. */
  readonly shareBytes: Bytes;
  readonly remedy: Remedy;
}

/** Who holds WAL, the oldest first, and what is not known about it. */
export interface Holders {
  readonly holders: readonly Holder[];
  readonly refusals: readonly WalRefusal[];
}

/** Names everything that holds WAL; what is unknown beside does not hide what is known. */
export function findHolders(evidence: WalEvidence): Holders {
  const finding = findGround(evidence);
  if (finding.kind === "unknown") return { holders: [], refusals: finding.refusals };
  const { ground } = finding;
  const { holds, refusals } = findHolds(ground, ALL_MARGINS);
  const sorted = onePerSlot([...holds].sort(compareHolds));
  const current = currentSegment(ground);
  const held = sorted.map(({ segment }) =>
    segmentsBytes(Math.max(current - segment + 1, 0), ground.control.segmentSize)
  );
  const holders = sorted.map((hold, index): Holder => {
    const bytesHeld = held[index] ?? bytes(0);
    return {
      ...hold,
      bytesHeld,
      shareBytes: bytes(bytesHeld - (held[index + 1] ?? 0)),
      remedy: remedyFor(hold, ground),
    };
  });
  return { holders, refusals };
}

/** The segment that is written now; where the server does not tell, the last that pg_control knows of. */
export function currentSegment({ evidence, server, control }: Ground): SegmentNumber {
  const { position } = evidence;
  const reached = server === "up" && position.kind === "known"
    ? position.value.lsn
    : reachedByControl(control);
  return segmentOf(reached, control.segmentSize);
}

/** A slot in memory and its file are one holder, at the older of their positions. */
function onePerSlot(sorted: readonly WalHold[]): WalHold[] {
  const seen = new Set<string>();
  return sorted.filter(({ constraint, who }) => {
    if (constraint !== "C3" || who === undefined) return true;
    if (seen.has(who)) return false;
    seen.add(who);
    return true;
  });
}
