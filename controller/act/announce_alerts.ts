/**
 * Says each alert once: when it is raised, not every time a plan still holds it.
 *
 * @module
 */

import type { AlertIntent, Plan } from "../../lib/decide/plan.ts";
import type { ClusterView } from "../../lib/view/cluster.ts";
import { alertRaised } from "./announce.ts";
import type { Announce } from "./ports.ts";

/** Announces what is new among the alerts of a cluster. */
export interface AlertAnnouncer {
  announce(view: ClusterView, plan: Pick<Plan, "alerts">): void;
  /** The cluster is gone. */
  forget(clusterUid: string): void;
}

/** Creates an announcer that has said nothing yet. It keeps the alerts that hold now, cluster by cluster. */
export function createAlertAnnouncer(announce: Announce): AlertAnnouncer {
  const said = new Map<string, ReadonlySet<string>>();
  return {
    announce(view, plan): void {
      const before = said.get(view.uid);
      const now = new Set(plan.alerts.map(keyOf));
      for (const intent of plan.alerts) {
        if (!before?.has(keyOf(intent))) announce(alertRaised(view, intent));
      }
      if (now.size === 0) said.delete(view.uid);
      else said.set(view.uid, now);
    },
    forget(clusterUid): void {
      said.delete(clusterUid);
    },
  };
}

function keyOf({ reason, severity, instance, role }: AlertIntent): string {
  return [reason, severity, instance, role].join("|");
}
