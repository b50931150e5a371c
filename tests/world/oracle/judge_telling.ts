/**
 * What is told ends with what it tells of: no alert and no record of a breaker is open without a cause.
 *
 * @module
 */

import { type Incident, openIncidents } from "../../../lib/alert/incident.ts";
import { topicOf } from "../../../lib/alert/cause.ts";
import type { Event } from "../../../lib/event/event.ts";
import { policyOfRole, thresholdsOf, wishedPolicies } from "../wishes.ts";
import { type ClusterEnd, unkept, type VolumeEnd, volumesOf } from "./cluster_end.ts";
import { failuresOf } from "./judge_opening.ts";
import type { Violation } from "./violation.ts";

/** Absent for six minutes a cause is over; the rest is for the round that notices and for a stale sample. */
const OVER_MS = 9 * 60_000;

/** Judges what is open at the end. */
export function judgeTelling(end: ClusterEnd): readonly Violation[] {
  const volumes = volumesOf(end);
  return [
    ...openIncidents(end.events).flatMap((incident) => judgeIncidentEnd(end, incident, volumes)),
    ...end.events.filter(isOpenBreaker).flatMap((event) => judgeBreakerEnd(end, event)),
  ];
}

function judgeIncidentEnd(
  end: ClusterEnd,
  { event, subject: { cause, instance, role } }: Incident,
  volumes: readonly VolumeEnd[],
): Violation[] {
  if (instance === undefined || role === undefined) return [];
  const found = volumes.find(({ volume, instance: { name } }) =>
    name === instance && volume.role === role
  );
  const topic = topicOf(cause);
  const isOver = found === undefined
    ? !end.truth.cluster.instances.some(({ name }) => name === instance)
    : topic === "pressure" && isLow(end, found);
  if (!isOver) return [];
  return [unkept(end, "an alert ends with what it tells of", `${event.name} is open`)];
}

/** Whether a volume has long been below every threshold that it may have had, and was measured. */
function isLow({ truth, nowMs }: ClusterEnd, { volume, instance }: VolumeEnd): boolean {
  const sinceMs = nowMs - OVER_MS;
  const wishes = truth.wishes.since(sinceMs);
  const policies = wishedPolicies(wishes).map((policy) => policyOfRole(policy, volume.role));
  const isForeseen = policies.some(({ timeToFullHours }) => timeToFullHours !== undefined);
  const isHeard = nowMs - (truth.reportedMs.get(instance.name) ?? -Infinity) <= REPORT_AGE_MS_MAX;
  const lowest = Math.min(
    BUILT_IN_WARNING,
    ...policies.map((policy) => thresholdsOf(policy).warning),
  );
  const pressures = truth.pressures.get(volume.claimName)?.since(sinceMs) ?? [];
  return !isForeseen && isHeard && pressures.every((percent) => percent < lowest);
}

/** A running agent reports every 30 s. */
const REPORT_AGE_MS_MAX = 100_000;

/** `thresholds.warning` where no policy says otherwise. */
const BUILT_IN_WARNING = 70;

function isOpenBreaker({ eventType, status: { phase } }: Event): boolean {
  return eventType === "circuit-breaker" && (phase === "Pending" || phase === "InProgress");
}

function judgeBreakerEnd(end: ClusterEnd, { name, breaker }: Event): Violation[] {
  if (breaker?.scope !== "volume" || failuresOf(breaker.claimUid, end.events).length > 0) return [];
  return [unkept(end, "the record of a breaker ends with its failures", `${name} is open`)];
}
