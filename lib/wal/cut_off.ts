/**
 * The cut-off: the oldest segment that has to stay (`wal.md` §2.1).
 *
 * @module
 */

import { compareText } from "../view/select.ts";
import { findHolds } from "./constraints.ts";
import type { Margins, WalEvidence } from "./evidence.ts";
import { findGround, type Ground } from "./ground.ts";
import type { WalHold } from "./hold.ts";
import type { SegmentFile } from "./listing.ts";
import type { WalRefusal } from "./reasons.ts";
import { segmentBefore, type SegmentNumber } from "./segment.ts";
import { formatSegmentName } from "./segment_name.ts";

/** What a policy says about removing. */
export interface CutOffPolicy {
  /** How many segments more than needed stay: 1 or more. */
  readonly retainCount: number;
  readonly margins: Margins;
}

/** The cut-off with what set it, or every reason why there is none. */
export type CutOff =
  | {
    readonly kind: "known";
    /** Everything before this segment is needed by nothing. */
    readonly segment: SegmentNumber;
    /** What `pg_archivecleanup` is given; the file need not exist, and its timeline decides nothing. */
    readonly fileName: string;
    /** The holds that set it: all that begin at the same, oldest segment. */
    readonly setBy: readonly WalHold[];
    /** Every hold, the oldest first. */
    readonly holds: readonly WalHold[];
  }
  | {
    readonly kind: "unknown";
    readonly refusals: readonly WalRefusal[];
    /** What is known to hold WAL all the same, the oldest first. */
    readonly holds: readonly WalHold[];
  };

/** Computes the cut-off; anything unknown that bears on it leaves none. */
export function findCutOff(evidence: WalEvidence, policy: CutOffPolicy): CutOff {
  const finding = findGround(evidence);
  if (finding.kind === "unknown") return { kind: "unknown", refusals: finding.refusals, holds: [] };
  const { holds, refusals } = findHolds(finding.ground, policy.margins);
  const sorted = [...holds].sort(compareHolds);
  const all = [...refusals, ...retainRefusals(policy)];
  const [oldest] = sorted;
  if (all.length > 0 || oldest === undefined) {
    return { kind: "unknown", refusals: all, holds: sorted };
  }
  const segment = segmentBefore(oldest.segment, policy.retainCount);
  return {
    kind: "known",
    segment,
    fileName: nameOf(segment, finding.ground),
    setBy: sorted.filter((hold) => hold.segment === oldest.segment),
    holds: sorted,
  };
}

/** The segments that a cut-off leaves to be removed, the oldest first; each has to be looked at before. */
export function victimsOf(cutOff: CutOff, segments: readonly SegmentFile[]): SegmentFile[] {
  if (cutOff.kind === "unknown") return [];
  return segments.filter(({ segment }) => segment.number < cutOff.segment);
}

/** Orders holds from the oldest segment on, and otherwise by who they are: a shuffled listing changes nothing. */
export function compareHolds(first: WalHold, second: WalHold): number {
  return first.segment - second.segment || compareText(first.constraint, second.constraint) ||
    compareText(first.who ?? "", second.who ?? "") ||
    compareText(first.reason, second.reason) || compareText(first.slot ?? "", second.slot ?? "");
}

function retainRefusals({ retainCount }: CutOffPolicy): WalRefusal[] {
  if (Number.isInteger(retainCount) && retainCount >= 1) return [];
  const message = `Cannot cut off: expected a retainCount of 1 or more, found ${retainCount}`;
  return [{ reason: "RetainCountInvalid", message }];
}

function nameOf(number: SegmentNumber, { control }: Ground): string {
  return formatSegmentName({ timeline: control.timeline, number }, control.segmentSize);
}
