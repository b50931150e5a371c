/**
 * Operations at which nothing has happened for very long (PRD Risk 9: a timeout of stale operations).
 *
 * Every step has a deadline of its own. What is left are operations that a pause or a dry run holds, and those that
 * wait for CNPG to rest: after days, the volume is judged anew rather than grown by what was true then.
 *
 * @module
 */

import type { Event, EventStatus, VolumeProgress } from "../event/event.ts";
import { formatDuration } from "../units/format.ts";
import { after, type Millis, millis } from "../units/millis.ts";
import { hasEnded } from "./history.ts";

/** What becomes of an operation that may be stale: its last status, or when it is stale. */
export type Staleness =
  | { readonly kind: "stale"; readonly status: EventStatus }
  | { readonly kind: "fresh"; readonly staleAtMs: Millis };

/** Ends an operation at which nothing has happened for `staleMs`. */
export function staleness(event: Event, nowMs: Millis, staleMs: Millis): Staleness {
  const staleAtMs = after(lastStepMs(event), staleMs);
  if (nowMs < staleAtMs) return { kind: "fresh", staleAtMs };
  const reason = "OperationStale";
  const message = `Nothing has happened for ${formatDuration(staleMs)}`;
  const { status } = event;
  const volumes = status.volumes.map((volume): VolumeProgress =>
    hasEnded(volume)
      ? volume
      : { ...volume, step: "Failed", finishedAtMs: nowMs, failure: { reason, message } }
  );
  return {
    kind: "stale",
    status: {
      ...status,
      phase: "Failed",
      completedAtMs: nowMs,
      volumes,
      writeBack: status.writeBack.state === "pending" ? { state: "skipped" } : status.writeBack,
      conditions: [{ type: "Complete", status: "False", reason, message }],
    },
  };
}

function lastStepMs({ createdAtMs, status }: Event): Millis {
  const steps = status.volumes.flatMap((volume) => [
    volume.requestedAtMs ?? createdAtMs,
    volume.controllerResizedAtMs ?? createdAtMs,
    volume.nudgedAtMs ?? createdAtMs,
    volume.finishedAtMs ?? createdAtMs,
  ]);
  return millis(Math.max(createdAtMs, status.startedAtMs ?? createdAtMs, ...steps));
}
