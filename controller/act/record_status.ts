/**
 * Writes how far an operation is.
 *
 * @module
 */

import type { RecordStatus } from "../../lib/decide/plan.ts";
import type { Event, EventStatus } from "../../lib/event/event.ts";
import { progressAnnouncements } from "./announce_progress.ts";
import type { ActContext } from "./context.ts";
import type { Effect } from "./outcome.ts";
import type { ExpansionEnd } from "./ports.ts";

/** Records a status; says what became true with it and counts an expansion that has ended. */
export async function recordStatus(action: RecordStatus, context: ActContext): Promise<Effect> {
  const before = context.ledger.read(action.eventName);
  const effect = await context.ledger.record(action);
  if (effect !== "written") return effect;
  const { status } = context.ledger.read(action.eventName);
  for (const announcement of progressAnnouncements(context.view, before, status)) {
    context.announce(announcement);
  }
  const end = endOf(before, status);
  const { namespace, name } = context.view;
  if (end !== undefined) context.metrics.expansionEnded({ namespace, clusterName: name, ...end });
  return effect;
}

/** The end of an expansion that really was one, if the status has just reached it. */
export function endOf(
  before: Event,
  status: EventStatus,
): Omit<ExpansionEnd, "namespace" | "clusterName"> | undefined {
  const { expansion } = before;
  if (expansion === undefined || before.dryRun || isFinal(before.status)) return undefined;
  if (status.phase !== "Completed" && status.phase !== "Failed") return undefined;
  const { startedAtMs, completedAtMs } = status;
  const durationMs = startedAtMs === undefined || completedAtMs === undefined
    ? undefined
    : completedAtMs - startedAtMs;
  return { role: expansion.role, phase: status.phase, durationMs };
}

function isFinal(status: EventStatus): boolean {
  return status.phase === "Completed" || status.phase === "Failed";
}
