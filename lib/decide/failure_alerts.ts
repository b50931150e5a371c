/**
 * Expansions that have failed, for as long as that is worth telling.
 *
 * @module
 */

import type { Condition, Event } from "../event/event.ts";
import { after, earliest, HOUR, type Millis } from "../units/millis.ts";
import type { ClusterView } from "../view/cluster.ts";
import type { Role } from "../view/role.ts";
import type { AlertIntent } from "./plan.ts";

/** A failed expansion is told for an hour: longer than any cooldown of a notification, shorter than a shift. */
const FAILURE_TOLD_MS = HOUR;

interface Failure {
  readonly event: Event;
  readonly verdict: Condition;
  readonly toldUntilMs: Millis;
}

/** One alert for each role whose last expansion has failed within the hour. */
export function failureAlerts(view: ClusterView): AlertIntent[] {
  return recentFailures(view).map(({ event, verdict }): AlertIntent => ({
    topic: "failed",
    reason: verdict.reason,
    severity: "critical",
    role: event.expansion?.role,
    message: `StorageEvent ${event.name}: ${verdict.message}`,
  }));
}

/** When the first of these alerts has been told for long enough. */
export function failureToldUntil(view: ClusterView): Millis | undefined {
  return recentFailures(view).reduce<Millis | undefined>(
    (first, { toldUntilMs }) => earliest(first, toldUntilMs),
    undefined,
  );
}

function recentFailures({ events, nowMs }: ClusterView): Failure[] {
  // Most clusters have not failed at anything, and their history is looked at with every decision.
  if (!events.some((event) => failureOf(event, nowMs) !== undefined)) return [];
  return lastEnded(events).flatMap((event) => failureOf(event, nowMs) ?? []);
}

function failureOf(event: Event, nowMs: Millis): Failure | undefined {
  const { completedAtMs, conditions } = event.status;
  if (completedAtMs === undefined || completedAtMs + FAILURE_TOLD_MS <= nowMs) return undefined;
  const verdict = conditions.find(({ type, status }) => type === "Complete" && status === "False");
  return verdict && { event, verdict, toldUntilMs: after(completedAtMs, FAILURE_TOLD_MS) };
}

/** The last expansion of each role that has ended: one that went well makes up for what failed before. */
function lastEnded(events: readonly Event[]): Event[] {
  const last = new Map<Role | undefined, Event>();
  for (const event of events) {
    if (event.eventType !== "expansion" || event.dryRun) continue;
    const role = event.expansion?.role;
    const before = last.get(role)?.status.completedAtMs ?? -Infinity;
    if ((event.status.completedAtMs ?? -Infinity) > before) last.set(role, event);
  }
  return [...last.values()];
}
