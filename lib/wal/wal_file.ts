/**
 * What the names in pg_wal stand for (`wal.md` §8). Only segments may ever be removed by us; every other kind
 * is told apart so that it is never taken for one.
 *
 * @module
 */

import type { SegmentSize } from "./segment.ts";
import { looksLikeSegment, parseSegmentName, type Segment } from "./segment_name.ts";

/** A name in pg_wal, by what it stands for. */
export type WalFile =
  | { readonly kind: "segment"; readonly name: string; readonly segment: Segment }
  /** The unfinished last segment of a timeline that was left (`X.partial`). */
  | { readonly kind: "partial"; readonly name: string; readonly segment: Segment }
  /** What a base backup noted about itself (`X.OOOOOOOO.backup`). */
  | { readonly kind: "backupHistory"; readonly name: string; readonly segment: Segment }
  /** How a timeline came to be (`TTTTTTTT.history`); needed for every recovery across it. */
  | { readonly kind: "timelineHistory"; readonly name: string; readonly timeline: number }
  /** Named like one of the above, but no such file can exist with this segment size. */
  | { readonly kind: "malformed"; readonly name: string }
  /** Everything else: files in the making, directories, probes, what others left. */
  | { readonly kind: "other"; readonly name: string };

const HISTORY_PATTERN = /^(?<timeline>[0-9A-F]{8})\.history$/;
const DERIVED_PATTERN = /^(?<segment>[0-9A-F]{24})\.(?<suffix>partial|[0-9A-F]{8}\.backup)$/;

/** Says what a name in pg_wal stands for. */
export function classifyWalFile(name: string, size: SegmentSize): WalFile {
  if (looksLikeSegment(name)) {
    const segment = parseSegmentName(name, size);
    return segment === undefined ? { kind: "malformed", name } : { kind: "segment", name, segment };
  }
  const history = HISTORY_PATTERN.exec(name)?.groups?.["timeline"];
  if (history !== undefined) {
    return { kind: "timelineHistory", name, timeline: Number.parseInt(history, 16) };
  }
  const derived = DERIVED_PATTERN.exec(name)?.groups;
  return derived === undefined
    ? { kind: "other", name }
    : classifyDerived(name, derived["segment"] ?? "", derived["suffix"] ?? "", size);
}

function classifyDerived(
  name: string,
  segmentName: string,
  suffix: string,
  size: SegmentSize,
): WalFile {
  const segment = parseSegmentName(segmentName, size);
  if (segment === undefined) return { kind: "malformed", name };
  return { kind: suffix === "partial" ? "partial" : "backupHistory", name, segment };
}
