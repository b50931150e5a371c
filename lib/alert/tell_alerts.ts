/**
 * A plan with what it tells people: its alerts as steps of incidents.
 *
 * @module
 */

import { isPaused, observedOnly } from "../decide/governance.ts";
import type { AlertIntent, AlertTopic, Plan, RecordStatus } from "../decide/plan.ts";
import type { Reason } from "../explain/reasons.ts";
import { earliest } from "../units/millis.ts";
import type { ClusterView } from "../view/cluster.ts";
import { alertCause, topicOf } from "./cause.ts";
import { foldIncidents, type IncidentSteps, recordOf } from "./fold_incidents.ts";
import { type Incident, openIncidents, resolved } from "./incident.ts";
import { limitIntents } from "./limit_intents.ts";
import { isSuppressed } from "./remediation.ts";

/** What is told of a volume because of a measurement, or because there is none; all else is known without. */
const TOLD_BY_MEASUREMENT: readonly string[] = [
  "pressure",
  "held",
  "SomeVolumesUnknown",
] satisfies (AlertTopic | Reason)[];

/** A plan that tells its alerts. */
export interface TellingPlan {
  readonly plan: Plan;
  /** Alerts that are kept back while their volume is being helped. */
  readonly suppressed: readonly AlertIntent[];
}

/**
 * Adds the steps of incidents to a plan, after everything that helps a volume: telling can wait for that, not the
 * other way round. Paused clusters and dry runs have incidents like any other: an alert is no action upon the
 * cluster. Of one that no policy governs it is told alone that its database has stopped for want of room (DESIGN
 * §5, rescue); its ClusterStorage and the metrics show the rest, and what was told while it was governed is over.
 */
export function tellAlerts(plan: Plan, view: ClusterView): TellingPlan {
  if (view.deleting) return { plan, suppressed: [] };
  const alerts = isGoverned(view) ? plan.alerts : plan.alerts.filter(tellsOfAStop);
  const open = openIncidents(view.events);
  const over = isGoverned(view) ? [] : open.filter((incident) => isLeftOver(incident, alerts));
  const incidents = open.filter((incident) => !over.includes(incident));
  const openCauses = new Set(incidents.map(({ subject }) => subject.cause));
  const suppressed = suppressesNow(view)
    ? alerts.filter((intent) => isSuppressed(intent, view, plan.actions))
    : [];
  const told = alerts.filter((intent) => !suppressed.includes(intent));
  const waiting = new Set(suppressed.map(alertCause));
  const steps = foldIncidents({
    nowMs: view.nowMs,
    incidents,
    intents: limitIntents(told, openCauses),
    isUnclear: ({ subject }) =>
      waiting.has(subject.cause) ||
      !told.some((intent) => alertCause(intent) === subject.cause) && isUnmeasured(subject, plan),
  });
  const actions = [...release(over, view), ...steps.actions];
  return { plan: withSteps(plan, { ...steps, actions }), suppressed };
}

function isGoverned({ governance: { kind } }: ClusterView): boolean {
  return kind !== "none" && kind !== "excluded";
}

/** The volume has no room left: CloudNativePG has stopped the instance, or is about to. */
function tellsOfAStop({ reason }: { readonly reason: Reason }): boolean {
  return reason === "VolumeFull" || reason === "DiskFullPhase";
}

/** Whether an incident began while the cluster was governed, and tells of nothing that is told without a policy. */
function isLeftOver({ subject, progress }: Incident, alerts: readonly AlertIntent[]): boolean {
  return !tellsOfAStop(progress) &&
    !alerts.some((intent) => alertCause(intent) === subject.cause);
}

/** During a pause nobody helps: what waits for help would wait in vain. */
function suppressesNow(view: ClusterView): boolean {
  const { governance } = view;
  return governance.kind === "policy" && !isPaused(view) &&
    governance.policy.settings.alerting.suppressDuringRemediation;
}

/** An unknown volume says nothing about what was told of it while it was measured. */
function isUnmeasured({ cause, instance, role }: Incident["subject"], { volumes }: Plan): boolean {
  return TOLD_BY_MEASUREMENT.includes(topicOf(cause)) &&
    volumes.some((volume) =>
      volume.level === "unknown" && volume.instance === instance && volume.role === role
    );
}

function release(incidents: readonly Incident[], view: ClusterView): RecordStatus[] {
  const why = observedOnly(view);
  if (why === undefined) return [];
  return incidents.map((incident) => recordOf(incident, resolved(incident, view.nowMs, why)));
}

function withSteps(plan: Plan, { actions, wakeAtMs }: IncidentSteps): Plan {
  const wake = earliest(plan.wakeAtMs, wakeAtMs);
  return {
    ...plan,
    actions: [...plan.actions, ...actions],
    ...(wake === undefined ? {} : { wakeAtMs: wake }),
  };
}
