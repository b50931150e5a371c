/**
 * Kubernetes Events about alerts, told from what their incident said before and says now.
 *
 * The incident is the memory: a process that begins anew says nothing that was said already.
 *
 * @module
 */

import { isReworded, isWorse } from "../../lib/alert/fold_incidents.ts";
import type { Event, EventDraft, EventStatus } from "../../lib/event/event.ts";
import type { ClusterView } from "../../lib/view/cluster.ts";
import { type Announcement, clusterOf } from "./announce.ts";

/** Somebody should know. */
export function alertRaised(view: ClusterView, draft: EventDraft): Announcement {
  return {
    regarding: clusterOf(view),
    type: "Warning",
    reason: draft.reason,
    action: "Observe",
    note: draft.message,
    subject: draft.alert?.cause,
  };
}

/**
 * What has changed about an alert. That it is absent, or back before it was over, is written and not said; nor is
 * that it weighs less while it is still there.
 */
export function alertChanged(
  view: ClusterView,
  before: Event,
  after: EventStatus,
): Announcement | undefined {
  const said = before.status.alert ??
    { severity: before.alert?.severity, reason: before.reason, message: before.message };
  const now = after.alert;
  if (now === undefined || before.alert === undefined) return undefined;
  const about = {
    regarding: clusterOf(view),
    action: "Observe",
    subject: before.alert.cause,
  } as const;
  if (after.phase === "Completed") {
    const verdict = after.conditions.find(({ type }) => type === "Resolved");
    const why = verdict === undefined ? "" : `${verdict.message}: `;
    return { ...about, type: "Normal", reason: "AlertResolved", note: `${why}${now.message}` };
  }
  const isNews = said.severity === now.severity
    ? isReworded(now, said) ||
      said.reason !== now.reason && !isWorse({ ...now, reason: said.reason }, now)
    : now.severity === "critical";
  if (!isNews) return undefined;
  return { ...about, type: "Warning", reason: now.reason, note: now.message };
}
