/**
 * A standby: WAL that it receives takes room in its own pg_wal, and tables grow as those of its primary do.
 *
 * @module
 */

import { finishSegment } from "./flow.ts";
import type { ReplicationProgress } from "./postgres.ts";
import { exit, segmentEnd, segmentOf, type Server } from "./server.ts";

/**
 * Receives and replays what a primary has.
 *
 * Where pg_wal has no room the receiver fails and tries again, while the server stays up (`wal.md` §5); where
 * the tables have none, replay cannot go on and the server ends.
 */
export function replay(server: Server, progress: ReplicationProgress): void {
  if (server.isPrimary || server.state.kind !== "running") return;
  server.replaying = progress;
  const from = server.positionBytes;
  const target = progress.insertPositionBytes;
  while (server.positionBytes < target) {
    const end = segmentEnd(server);
    if (server.positionBytes < end) server.positionBytes = Math.min(end, target);
    if (server.positionBytes === end) finishSegment(server);
    if (server.positionBytes < target && !server.files.openNext()) break;
  }
  if (server.positionBytes >= target) {
    server.replaying = undefined;
    server.replayedRedoBytes = progress.redoPositionBytes;
  }
  growTables(server, progress, from);
}

function growTables(server: Server, progress: ReplicationProgress, from: number): void {
  const missing = progress.dataBytes - server.tables.sizeBytes;
  if (missing <= 0) return;
  const distance = progress.insertPositionBytes - from;
  const share = distance > 0 ? (server.positionBytes - from) / distance : 1;
  if (!server.tables.grow(Math.floor(missing * share))) exit(server);
}

/** Becomes a standby again, without what its new primary never had. */
export function rewind(server: Server, positionBytes: number): void {
  server.isPrimary = false;
  server.checkpoint = undefined;
  server.replaying = undefined;
  server.replayedRedoBytes = 0;
  if (positionBytes < server.positionBytes) {
    server.positionBytes = Math.max(
      positionBytes,
      server.files.oldestSegment * server.settings.walSegmentBytes,
    );
    server.files.rewindTo(segmentOf(server, server.positionBytes));
    server.redoBytes = Math.min(server.redoBytes, server.positionBytes);
  }
  for (const [name, heldBytes] of server.slots) {
    server.slots.set(name, Math.min(heldBytes, server.positionBytes));
  }
  server.lastSwitchBytes = server.positionBytes;
}
