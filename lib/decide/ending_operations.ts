/**
 * Operations that end with the plan that is being made.
 *
 * @module
 */

import type { Event } from "../event/event.ts";
import type { ClusterView } from "../view/cluster.ts";
import type { Action } from "./plan.ts";

/**
 * A view in which the operations that these actions end have ended now: their role rests from this plan on, and not
 * only from the next one. What they hold they hold until their end is stored.
 */
export function withEnds(view: ClusterView, actions: readonly Action[]): ClusterView {
  const ends = new Map(actions.flatMap((action) => {
    const isEnd = action.kind === "record-status" && action.status.completedAtMs !== undefined;
    return isEnd ? [[action.eventName, action.status.completedAtMs]] : [];
  }));
  if (ends.size === 0) return view;
  const events = view.events.map((event): Event => {
    const completedAtMs = ends.get(event.name);
    return completedAtMs === undefined
      ? event
      : { ...event, status: { ...event.status, completedAtMs } };
  });
  return { ...view, events };
}
