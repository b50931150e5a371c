/**
 * Incidents: alerts that are open, as StorageEvents keep them (DESIGN §7, §8).
 *
 * ```text
 *            ┌───────────── came back (repeats + 1) ──────────────┐
 *            ▼                                                    │
 * raised ─► there ── gone, no sooner than STANDS_MS ──► absent ───┤
 *            │  ▲                                                 │ RESOLVED_AFTER_MS
 *            └──┘ another severity or reason                      ▼
 *                                                              resolved
 * ```
 *
 * @module
 */

import type { AlertIntent, OpenEvent } from "../decide/plan.ts";
import type { AlertProgress, AlertSubject, Event, EventStatus } from "../event/event.ts";
import type { Reason } from "../explain/reasons.ts";
import { type Millis, millis, MINUTE } from "../units/millis.ts";
import { alertCause } from "./cause.ts";

/**
 * What was said stands for so long before anything but something worse is written: pressure that swings around
 * a threshold would otherwise cost a write with every report.
 */
export const STANDS_MS: Millis = MINUTE;

/**
 * So long a cause has to be absent for its incident to be over: WAL comes and goes with every checkpoint, which
 * PostgreSQL makes every five minutes by default, and one that is back by then is the same incident.
 */
export const RESOLVED_AFTER_MS: Millis = millis(6 * MINUTE);

/** An alert that is open. */
export interface Incident {
  readonly event: Event;
  readonly subject: AlertSubject;
  readonly progress: AlertProgress;
}

/** The incidents among events, in their order. One whose writer died before its status is told by its spec. */
export function openIncidents(events: readonly Event[]): Incident[] {
  return events.flatMap((event): Incident[] => {
    const { alert: subject, status } = event;
    if (event.eventType !== "alert" || subject === undefined) return [];
    if (status.phase !== "Pending" && status.phase !== "InProgress") return [];
    return [{ event, subject, progress: status.alert ?? begunBy(event, subject) }];
  });
}

function begunBy({ reason, message, createdAtMs }: Event, subject: AlertSubject): AlertProgress {
  return {
    severity: subject.severity,
    reason,
    message,
    repeats: 0,
    firstRaisedAtMs: createdAtMs,
    lastRaisedAtMs: createdAtMs,
  };
}

/** Opens an incident. */
export function raise(intent: AlertIntent, nowMs: Millis): OpenEvent {
  const { severity, reason, message, instance, role } = intent;
  return {
    kind: "open-event",
    draft: {
      eventType: "alert",
      trigger: "threshold-breach",
      dryRun: false,
      reason,
      message,
      alert: { cause: alertCause(intent), severity, instance, role },
      status: {
        phase: "InProgress",
        startedAtMs: nowMs,
        volumes: [],
        writeBack: { state: "skipped" },
        conditions: [],
        alert: {
          severity,
          reason,
          message,
          repeats: 0,
          firstRaisedAtMs: nowMs,
          lastRaisedAtMs: nowMs,
        },
      },
    },
  };
}

/** The status of an incident that says something else now. */
export function revised(
  { event, progress }: Incident,
  change: Partial<AlertProgress>,
): EventStatus {
  const { status } = event;
  const startedAtMs = status.startedAtMs ?? progress.firstRaisedAtMs;
  return { ...status, phase: "InProgress", startedAtMs, alert: { ...progress, ...change } };
}

/** The status of an incident that is over. */
export function resolved(
  incident: Incident,
  nowMs: Millis,
  why: { readonly reason: Reason; readonly message: string },
): EventStatus {
  return {
    ...revised(incident, {}),
    phase: "Completed",
    completedAtMs: nowMs,
    conditions: [{ type: "Resolved", status: "True", ...why }],
  };
}
