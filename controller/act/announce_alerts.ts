/**
 * Says each alert once: when it is raised, not every time a plan still holds it.
 *
 * @module
 */

import type { Clock } from "../../kube/clock.ts";
import type { AlertIntent, Plan } from "../../lib/decide/plan.ts";
import { MINUTE } from "../../lib/units/millis.ts";
import type { ClusterView } from "../../lib/view/cluster.ts";
import { alertRaised } from "./announce.ts";
import type { Announce } from "./ports.ts";

/** Announces what is new among the alerts of a cluster. */
export interface AlertAnnouncer {
  announce(view: ClusterView, plan: Pick<Plan, "alerts">): void;
  /** The cluster is gone. */
  forget(clusterUid: string): void;
}

/** Usage that swings around a threshold is one alert: it is over once it has been absent for so long. */
const ABSENT_MS = 10 * MINUTE;

/** Since when an alert is absent, on the monotonic clock; undefined while it holds. */
type Absence = number | undefined;

/** Creates an announcer that has said nothing yet. It keeps the alerts that hold or held lately, by cluster. */
export function createAlertAnnouncer(
  announce: Announce,
  clock: Pick<Clock, "monotonic">,
): AlertAnnouncer {
  const seen = new Map<string, ReadonlyMap<string, Absence>>();
  return {
    announce(view, plan): void {
      const nowMs = clock.monotonic();
      const alerts = new Map<string, Absence>();
      for (const [key, sinceMs = nowMs] of seen.get(view.uid) ?? []) {
        if (nowMs - sinceMs < ABSENT_MS) alerts.set(key, sinceMs);
      }
      for (const intent of plan.alerts) {
        const key = keyOf(intent);
        if (!alerts.has(key)) announce(alertRaised(view, intent));
        alerts.set(key, undefined);
      }
      if (alerts.size === 0) seen.delete(view.uid);
      else seen.set(view.uid, alerts);
    },
    forget(clusterUid): void {
      seen.delete(clusterUid);
    },
  };
}

function keyOf({ reason, severity, instance, role }: AlertIntent): string {
  return [reason, severity, instance, role].join("|");
}
