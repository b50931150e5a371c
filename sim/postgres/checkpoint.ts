/**
 * Checkpoints and restartpoints: when they begin and end, and what they free (`wal.md` §1).
 *
 * @module
 */

import { checkpointSegments, nextDistanceEstimate, recycleUpTo } from "./settings.ts";
import { segmentEnd, segmentOf, type Server, walRate } from "./server.ts";

/** A checkpoint that was skipped because nothing was written is thought of again after so long. */
const SKIPPED_RETRY_MS = 15_000;
/** From this share of its open segment on, a checkpoint makes the next file (`PreallocXlogFiles`). */
const PREALLOCATION_SHARE = 0.75;

/** When the next checkpoint is due by time. */
export function checkpointDueAtMs(server: Server): number {
  if (server.checkpoint !== undefined) return Infinity;
  return server.lastCheckpointAtMs + server.settings.checkpointTimeoutMs;
}

/** When the checkpoint under way ends: it is spread over time or WAL, whichever goes by first. */
export function checkpointEndsAtMs(server: Server): number {
  const { checkpoint, settings } = server;
  if (checkpoint === undefined) return Infinity;
  const share = settings.checkpointCompletionTarget;
  const byTimeMs = checkpoint.startedAtMs + share * settings.checkpointTimeoutMs;
  const distance = share * checkpointSegments(settings) * settings.walSegmentBytes;
  const remaining = Math.max(0, checkpoint.redoBytes + distance - server.positionBytes);
  const rate = walRate(server);
  const byWalMs = rate > 0 ? server.clockMs + remaining / rate * 1000 : Infinity;
  return Math.max(server.clockMs, Math.min(byTimeMs, byWalMs));
}

/** The time for a checkpoint has come. */
export function onCheckpointDue(server: Server): void {
  const began = server.isPrimary ? beginIfWritten(server) : restartpoint(server);
  if (began) return;
  server.lastCheckpointAtMs = server.clockMs - server.settings.checkpointTimeoutMs +
    SKIPPED_RETRY_MS;
}

/** A segment is full: so much WAL may ask for a checkpoint; while one is under way the next segment asks again. */
export function onSegmentFull(server: Server, segment: number): void {
  const since = server.checkpoint?.redoBytes ?? server.redoBytes;
  const due = segmentOf(server, since) + checkpointSegments(server.settings) - 1;
  if (segment < due) return;
  if (!server.isPrimary) restartpoint(server);
  else if (server.checkpoint === undefined) begin(server);
}

/** The checkpoint under way is done. */
export function onCheckpointEnd(server: Server): void {
  const { checkpoint } = server;
  if (checkpoint === undefined) return;
  server.checkpoint = undefined;
  complete(server, checkpoint.redoBytes);
}

/** A checkpoint that is done at once, in place of any that is under way. */
export function checkpointNow(server: Server): void {
  if (!server.isPrimary) return void restartpoint(server);
  server.checkpoint = undefined;
  server.lastCheckpointAtMs = server.clockMs;
  complete(server, server.positionBytes);
}

function beginIfWritten(server: Server): boolean {
  if (server.positionBytes <= server.redoBytes) return false;
  begin(server);
  return true;
}

function begin(server: Server): void {
  server.checkpoint = { redoBytes: server.positionBytes, startedAtMs: server.clockMs };
  server.lastCheckpointAtMs = server.clockMs;
}

/** Needs a checkpoint of the primary that was replayed since the last one; without it nothing is done. */
function restartpoint(server: Server): boolean {
  const redoBytes = replayedRedo(server);
  if (redoBytes <= server.redoBytes) return false;
  server.lastCheckpointAtMs = server.clockMs;
  complete(server, redoBytes);
  return true;
}

/** Of checkpoints in the middle of what is being replayed only their usual distance is known. */
function replayedRedo(server: Server): number {
  const { replaying, settings } = server;
  if (replaying === undefined) return server.replayedRedoBytes;
  const distance = checkpointSegments(settings) * settings.walSegmentBytes;
  const guessedBytes = Math.min(replaying.redoPositionBytes, server.positionBytes - distance);
  return Math.max(server.replayedRedoBytes, guessedBytes);
}

function complete(server: Server, redoBytes: number): void {
  const distance = redoBytes - server.redoBytes;
  server.redoBytes = redoBytes;
  server.distanceEstimateBytes = nextDistanceEstimate(server.distanceEstimateBytes, distance);
  server.files.retire(
    oldestNeeded(server),
    recycleUpTo(server.settings, redoBytes, server.distanceEstimateBytes),
  );
  preallocate(server);
}

/** The oldest segment that recovery, a slot, a standby or the archive may still ask for. */
function oldestNeeded(server: Server): number {
  const { settings, slots, archive } = server;
  const keep = segmentOf(server, server.positionBytes) -
    Math.floor(settings.walKeepBytes / settings.walSegmentBytes);
  let oldest = Math.min(segmentOf(server, server.redoBytes), keep);
  for (const positionBytes of slots.values()) {
    oldest = Math.min(oldest, segmentOf(server, positionBytes));
  }
  return server.isPrimary ? Math.min(oldest, archive.firstWaiting) : oldest;
}

/** Makes the next file when the open one is nearly full. Where it fails the checkpoint has happened all the same. */
export function preallocate(server: Server): boolean {
  const left = segmentEnd(server) - server.positionBytes;
  if (left > (1 - PREALLOCATION_SHARE) * server.settings.walSegmentBytes) return true;
  return server.files.preallocateNext();
}
