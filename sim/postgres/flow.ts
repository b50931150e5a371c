/**
 * Lets time pass for a running server: between two events everything flows evenly, so steps of any length come
 * to the same.
 *
 * @module
 */

import {
  checkpointDueAtMs,
  checkpointEndsAtMs,
  onCheckpointDue,
  onCheckpointEnd,
  onSegmentFull,
} from "./checkpoint.ts";
import { dataRate, exit, segmentEnd, type Server, walRate } from "./server.ts";
import { PAGE_BYTES } from "./tables.ts";

/** Brings a server up to the present. */
export function advance(server: Server, nowMs: number): void {
  while (server.state.kind === "running") {
    const event = nextEvent(server);
    if (event.atMs > nowMs) break;
    pass(server, event.atMs);
    happen(server, event.kind);
  }
  pass(server, nowMs);
}

type EventKind =
  | "segment full"
  | "segment needed"
  | "segment archived"
  | "checkpoint due"
  | "checkpoint done"
  | "archive timeout"
  | "tables full";

interface NextEvent {
  kind: EventKind;
  atMs: number;
}

function nextEvent(server: Server): NextEvent {
  const next: NextEvent = nextWalEvent(server);
  function consider(kind: EventKind, atMs: number): void {
    if (atMs >= next.atMs) return;
    next.kind = kind;
    next.atMs = Math.max(atMs, server.clockMs);
  }
  if (server.isPrimary) consider("segment archived", server.archive.nextDoneAtMs);
  consider("checkpoint done", checkpointEndsAtMs(server));
  consider("checkpoint due", checkpointDueAtMs(server));
  consider("archive timeout", archiveTimeoutAtMs(server));
  consider("tables full", tablesFullAtMs(server));
  return next;
}

function nextWalEvent(server: Server): NextEvent {
  const rate = walRate(server);
  const left = segmentEnd(server) - server.positionBytes;
  if (rate <= 0) return { kind: "segment full", atMs: Infinity };
  if (isFinished(server)) return { kind: "segment needed", atMs: server.clockMs };
  return { kind: "segment full", atMs: server.clockMs + left / rate * 1000 };
}

/** Rounding may bring a server to the end of a segment a moment before that is told: it has to be told all the same. */
function isFinished(server: Server): boolean {
  return server.lastSwitchBytes >= segmentEnd(server);
}

function archiveTimeoutAtMs(server: Server): number {
  const { archiveTimeoutMs } = server.settings;
  const wrote = server.positionBytes > server.lastSwitchBytes;
  if (!server.isPrimary || archiveTimeoutMs <= 0 || !wrote) return Infinity;
  return server.lastSwitchAtMs + archiveTimeoutMs;
}

function tablesFullAtMs(server: Server): number {
  const rate = dataRate(server);
  if (rate <= 0) return Infinity;
  const room = Math.max(0, server.dataFileSystem.availableBytes - PAGE_BYTES / 2);
  return server.clockMs + room / rate * 1000;
}

function happen(server: Server, kind: EventKind): void {
  switch (kind) {
    case "segment full":
    case "archive timeout":
      return finishSegment(server);
    case "segment needed":
      if (!server.files.openNext()) exit(server);
      return;
    case "segment archived":
      return server.archive.finishOne(server.clockMs);
    case "checkpoint due":
      return onCheckpointDue(server);
    case "checkpoint done":
      return onCheckpointEnd(server);
    case "tables full":
      return;
  }
}

/** Nothing more goes into the open segment: its archiving and, after enough of them, a checkpoint are due. */
export function finishSegment(server: Server): void {
  const segment = server.files.openSegment;
  server.positionBytes = segmentEnd(server);
  server.lastSwitchAtMs = server.clockMs;
  server.lastSwitchBytes = server.positionBytes;
  if (server.isPrimary) server.archive.complete(segment + 1, server.clockMs);
  onSegmentFull(server, segment);
}

function pass(server: Server, atMs: number): void {
  if (atMs <= server.clockMs) return;
  if (server.state.kind === "running" && server.isPrimary) {
    const seconds = (atMs - server.clockMs) / 1000;
    const wal = walRate(server) * seconds;
    const data = dataRate(server) * seconds;
    server.positionBytes = Math.min(segmentEnd(server), server.positionBytes + wal);
    if (data > 0) server.tables.grow(data);
  }
  server.clockMs = atMs;
}
