/**
 * Writes how far an operation is.
 *
 * @module
 */

import { countsAsFailure } from "../../lib/breaker/breaker.ts";
import type { RecordStatus } from "../../lib/decide/plan.ts";
import type { Event, EventStatus, VolumeProgress } from "../../lib/event/event.ts";
import { alertChanged } from "./announce_alerts.ts";
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
  tellAlert(before, status, context);
  const end = endOf(before, status);
  const { namespace, name } = context.view;
  if (end !== undefined) context.metrics.expansionEnded({ namespace, cluster: name }, end);
  return effect;
}

/** Says what is new about an alert, and counts what is said and what is not. */
function tellAlert(before: Event, status: EventStatus, context: ActContext): void {
  const { view, announce, metrics } = context;
  const cluster = { namespace: view.namespace, cluster: view.name };
  const announcement = alertChanged(view, before, status);
  if (announcement !== undefined) announce(announcement);
  if (announcement?.type === "Warning" && status.alert !== undefined) {
    metrics.alertSent(cluster, status.alert.severity);
  } else if ((status.alert?.repeats ?? 0) > (before.status.alert?.repeats ?? 0)) {
    metrics.alertSuppressed(cluster, "repeated");
  }
}

/** The end of an expansion that really was one, if the status has just reached it. */
export function endOf(before: Event, status: EventStatus): ExpansionEnd | undefined {
  if (before.expansion === undefined || before.dryRun) return undefined;
  if (isFinal(before.status) || !isFinal(status)) return undefined;
  const { startedAtMs = before.createdAtMs, completedAtMs = startedAtMs } = status;
  return {
    result: status.volumes.every(({ step }) => step === "Verified") ? "success" : "failure",
    failures: status.volumes.filter(hasFailed).length,
    addedBytes: status.volumes.reduce((sum, volume) => sum + addedBytes(volume), 0),
    durationMs: Math.max(0, completedAtMs - startedAtMs),
  };
}

function hasFailed({ step, failure }: VolumeProgress): boolean {
  return step === "Failed" && countsAsFailure(failure?.reason);
}

function addedBytes({ newBytes, originalBytes }: VolumeProgress): number {
  return newBytes === undefined ? 0 : Math.max(0, newBytes - originalBytes);
}

function isFinal(status: EventStatus): boolean {
  return status.phase === "Completed" || status.phase === "Failed";
}
