/**
 * The cut-off in a picture, and where it is not known the latest that it could be.
 *
 * @module
 */

import type { ControlFile } from "../../lib/wal/control_file.ts";
import type { CutOff, CutOffPolicy } from "../../lib/wal/cut_off.ts";
import type { WalHold } from "../../lib/wal/hold.ts";
import { segmentBefore } from "../../lib/wal/segment.ts";
import { formatSegmentName } from "../../lib/wal/segment_name.ts";
import type { CutOffLimit, WalPicture } from "./picture.ts";

/** Tells the cut-off. */
export function cutOffPicture(
  cutOff: CutOff,
  control: ControlFile | undefined,
  policy: CutOffPolicy,
): WalPicture["cutOff"] {
  if (cutOff.kind === "known") {
    return { kind: "known", file: cutOff.fileName, setBy: cutOff.setBy.map(nameOf) };
  }
  return {
    kind: "unknown",
    message: cutOff.refusals.map(({ message }) => message).join("; "),
    reasons: cutOff.refusals.map(({ reason }) => reason),
    noLaterThan: latest(cutOff.holds, control, policy),
  };
}

/** The oldest hold that is known: whatever else holds WAL can only begin before. */
function latest(
  holds: readonly WalHold[],
  control: ControlFile | undefined,
  { retainCount }: CutOffPolicy,
): CutOffLimit | undefined {
  const [oldest] = holds;
  if (oldest === undefined || control === undefined) return undefined;
  const { timeline, segmentSize } = control;
  const number = segmentBefore(oldest.segment, retainCount);
  return {
    file: formatSegmentName({ timeline, number }, segmentSize),
    setBy: holds.filter(({ segment }) => segment === oldest.segment).map(nameOf),
  };
}

function nameOf({ constraint, reason, who }: WalHold): CutOffLimit["setBy"][number] {
  return { constraint, reason, who };
}
