/**
 * How archiving goes, in a picture.
 *
 * @module
 */

import type { WalEvidence } from "../../lib/wal/evidence.ts";
import type { WalListing } from "../../lib/wal/listing.ts";
import { segmentsBytes } from "../../lib/wal/segment.ts";
import { looksLikeSegment } from "../../lib/wal/segment_name.ts";
import type { LookMemory, Seen } from "./memory.ts";
import type { WalPicture } from "./picture.ts";
import type { ArchiverStatistics } from "./server_rows.ts";

/** What the archiver's part of a picture is made of. */
export interface ArchiverQuestion {
  readonly seen: Seen;
  readonly evidence: WalEvidence;
  readonly memory: LookMemory;
  /** The present by the clock that stamps the instance's files. */
  readonly nowMs: number;
}

/** Tells how archiving goes: what waits as the files say, the rest as the server says. */
export function archiverPicture(question: ArchiverQuestion): WalPicture["archiver"] {
  const { evidence: { listing }, seen: { answer } } = question;
  const statistics = answer.kind === "told" && answer.archiver.kind === "known"
    ? statisticsPicture(answer.archiver.value)
    : {};
  const waiting = listing.kind === "known" ? waitingPicture(listing.value, question) : {};
  return { ...archivingPicture(question), ...waiting, ...statistics };
}

/** The strictest that is assumed of a server that never spoke is no mode that it has. */
function archivingPicture(
  { evidence, seen, memory }: ArchiverQuestion,
): Pick<WalPicture["archiver"], "mode" | "isStored"> {
  const { archiving } = evidence;
  const wasTold = seen.answer.kind === "told" || memory.lastWords !== undefined;
  if (!wasTold || archiving.kind === "unknown") return { mode: "unknown", isStored: false };
  return { mode: archiving.value.mode, isStored: archiving.value.stored };
}

function waitingPicture(
  { statuses, segmentSize }: WalListing,
  { evidence, nowMs }: ArchiverQuestion,
): Partial<WalPicture["archiver"]> {
  const { oldestReadyAtMs } = evidence;
  const segments = [...statuses.ready].filter(looksLikeSegment).length;
  return {
    waitingFiles: statuses.ready.size,
    backlogBytes: segmentsBytes(segments, segmentSize),
    oldestWaitingAgeMs: oldestReadyAtMs === undefined
      ? undefined
      : Math.max(nowMs - oldestReadyAtMs, 0),
  };
}

function statisticsPicture(statistics: ArchiverStatistics): Partial<WalPicture["archiver"]> {
  const { lastFailedAgeMs, lastArchivedAgeMs } = statistics;
  return {
    isFailing: lastFailedAgeMs !== undefined &&
      (lastArchivedAgeMs === undefined || lastFailedAgeMs < lastArchivedAgeMs),
    failedCount: statistics.failedCount,
    lastFailedFile: statistics.lastFailedFile,
    lastFailedAgeMs,
    lastArchivedFile: statistics.lastArchivedFile,
    lastArchivedAgeMs,
  };
}
