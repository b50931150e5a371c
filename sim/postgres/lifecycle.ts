/**
 * How a server starts and stops, and what its operator does to it.
 *
 * @module
 */

import { checkpointNow, preallocate } from "./checkpoint.ts";
import { exit, hasRoomForSegment, type Server } from "./server.ts";

/**
 * Starts a server as CNPG's instance manager does: not without room for one segment. After a crash recovery
 * makes the next file before its checkpoint frees the first old one (`wal.md` §5).
 */
export function start(server: Server, nowMs: number): void {
  if (server.state.kind === "running") return;
  server.clockMs = Math.max(server.clockMs, nowMs);
  if (!hasRoomForSegment(server) || !preallocate(server)) return exit(server);
  server.state = { kind: "running" };
  server.archive.restart(server.clockMs);
  server.lastCheckpointAtMs = server.clockMs;
  server.lastSwitchAtMs = server.clockMs;
  if (server.needsRecovery) checkpointNow(server);
  server.needsRecovery = false;
}

/** Stops a server in good order, or takes away one that has ended. */
export function stop(server: Server): void {
  if (server.state.kind === "running") checkpointNow(server);
  server.state = { kind: "stopped" };
}

/** A standby becomes a primary; what it received counts as archived (`wal.md` §1.3). */
export function promote(server: Server): void {
  if (server.isPrimary) return;
  server.isPrimary = true;
  server.replaying = undefined;
  server.archive.skipTo(server.files.openSegment);
  server.lastCheckpointAtMs = server.clockMs;
  server.lastSwitchAtMs = server.clockMs;
}

/** Moves a slot forward. */
export function advanceSlot(
  server: Server,
  name: string,
  positionBytes: number = server.positionBytes,
): void {
  const held = server.slots.get(name);
  if (held === undefined) {
    throw new RangeError(`Cannot advance slot ${name}: expected one of this name, found none`);
  }
  server.slots.set(name, Math.max(held, Math.min(positionBytes, server.positionBytes)));
}
