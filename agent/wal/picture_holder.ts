/**
 * One holder of WAL in a picture.
 *
 * @module
 */

import type { ControlFile } from "../../lib/wal/control_file.ts";
import type { Holder } from "../../lib/wal/holders.ts";
import { REMEDIES } from "../../lib/wal/remedies.ts";
import { FIRST_SEGMENT, segmentNumber } from "../../lib/wal/segment.ts";
import { formatSegmentName } from "../../lib/wal/segment_name.ts";
import type { WalPicture } from "./picture.ts";

/**
 * Tells a holder.
 *
 * @param nowMs The present by the clock that told since when it holds.
 */
export function holderPicture(
  holder: Holder,
  { timeline, segmentSize }: ControlFile,
  nowMs: number,
): WalPicture["holders"][number] {
  const { constraint, reason, who, files, segment, remedy, sinceMs } = holder;
  const number = segmentNumber(Math.max(segment, FIRST_SEGMENT));
  return {
    constraint,
    reason,
    who,
    oldestFile: formatSegmentName({ timeline, number }, segmentSize),
    bytesHeld: holder.bytesHeld,
    shareBytes: holder.shareBytes,
    ageMs: sinceMs === undefined ? undefined : Math.max(nowMs - sinceMs, 0),
    files,
    remedy,
    advice: REMEDIES[remedy],
  };
}
