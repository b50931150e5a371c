/**
 * What becomes of a cluster's incidents: the alerts of now, against the incidents that are open.
 *
 * The fold keeps nothing by itself: incidents are the memory. Folded again after a crash it comes to the same, and
 * a new leader tells nobody twice.
 *
 * @module
 */

import type { Action, AlertIntent, RecordStatus } from "../decide/plan.ts";
import type { EventStatus, Severity } from "../event/event.ts";
import { clip } from "../event/write_fields.ts";
import type { Reason } from "../explain/reasons.ts";
import { isWordingNews } from "../explain/wording.ts";
import { after, earliest, type Millis } from "../units/millis.ts";
import { alertCause } from "./cause.ts";
import {
  type Incident,
  raise,
  resolved,
  RESOLVED_AFTER_MS,
  revised,
  STANDS_MS,
} from "./incident.ts";

/** What is known of alerts at one instant. */
export interface AlertPicture {
  readonly nowMs: Millis;
  /** The open incidents, oldest first. */
  readonly incidents: readonly Incident[];
  /** The alerts of now, one a cause. */
  readonly intents: readonly AlertIntent[];
  /** Whether nothing can be said of an incident now: it then stays as it is, for unknown is not over. */
  readonly isUnclear: (incident: Incident) => boolean;
}

/** What is to be done about incidents, and when waiting alone changes that. */
export interface IncidentSteps {
  readonly actions: readonly Action[];
  readonly wakeAtMs?: Millis | undefined;
}

/** What becomes of one incident. Neither field: nothing does, before there is news. */
interface Step {
  readonly status?: EventStatus | undefined;
  readonly wakeAtMs?: Millis | undefined;
}

/** Folds the alerts of now into the open incidents. */
export function foldIncidents(picture: AlertPicture): IncidentSteps {
  const intents = new Map(picture.intents.map((intent) => [alertCause(intent), intent]));
  const open = new Map<string, Incident>();
  const actions: Action[] = [];
  let wakeAtMs: Millis | undefined;
  for (const incident of picture.incidents) {
    const { cause } = incident.subject;
    const twin = open.get(cause);
    const step = twin === undefined
      ? follow(incident, intents.get(cause), picture)
      : { status: superseded(incident, twin, picture.nowMs) };
    if (twin === undefined) open.set(cause, incident);
    if (step.status !== undefined) actions.push(recordOf(incident, step.status));
    wakeAtMs = earliest(wakeAtMs, step.wakeAtMs);
  }
  for (const [cause, intent] of intents) {
    if (!open.has(cause)) actions.push(raise(intent, picture.nowMs));
  }
  return { actions, wakeAtMs };
}

/** Writes the status of an incident. */
export function recordOf({ event }: Incident, status: EventStatus): RecordStatus {
  const { name: eventName, resourceVersion } = event;
  return { kind: "record-status", eventName, resourceVersion, status };
}

function follow(
  incident: Incident,
  intent: AlertIntent | undefined,
  picture: AlertPicture,
): Step {
  if (picture.isUnclear(incident)) return {};
  return intent === undefined
    ? fade(incident, picture.nowMs)
    : hold(incident, intent, picture.nowMs);
}

/** The cause is there. */
function hold(incident: Incident, intent: AlertIntent, nowMs: Millis): Step {
  const { progress } = incident;
  const { severity, reason, message } = intent;
  const said = { severity, reason, message, lastRaisedAtMs: nowMs };
  if (progress.absentSinceMs !== undefined) {
    const repeats = progress.repeats + 1;
    return { status: revised(incident, { ...said, repeats, absentSinceMs: undefined }) };
  }
  const isOtherwise = isReworded(intent, progress);
  if (progress.severity === severity && progress.reason === reason && !isOtherwise) return {};
  const changesAtMs = after(progress.lastRaisedAtMs, STANDS_MS);
  if (isOtherwise || isWorse(intent, progress) || nowMs >= changesAtMs) {
    return { status: revised(incident, said) };
  }
  return { wakeAtMs: changesAtMs };
}

/** The cause is absent. */
function fade(incident: Incident, nowMs: Millis): Step {
  const { lastRaisedAtMs, absentSinceMs } = incident.progress;
  if (absentSinceMs === undefined) {
    const absentAtMs = after(lastRaisedAtMs, STANDS_MS);
    return nowMs < absentAtMs
      ? { wakeAtMs: absentAtMs }
      : { status: revised(incident, { absentSinceMs: nowMs }) };
  }
  const resolvedAtMs = after(absentSinceMs, RESOLVED_AFTER_MS);
  if (nowMs < resolvedAtMs) return { wakeAtMs: resolvedAtMs };
  const message = "What it told of has passed";
  return { status: resolved(incident, nowMs, { reason: "AlertResolved", message }) };
}

/** A write of a leader that was thought dead may have arrived late: the older one goes on. */
function superseded(incident: Incident, twin: Incident, nowMs: Millis): EventStatus {
  const message = `StorageEvent ${twin.event.name} tells of the same cause`;
  return resolved(incident, nowMs, { reason: "AlertResolved", message });
}

/** How bad it is, where reasons have an order. */
const RISING: readonly Reason[] = [
  "AboveWarning",
  "AboveCritical",
  "AboveExpansion",
  "AboveEmergency",
  "VolumeFull",
];

interface Words {
  readonly reason: Reason;
  readonly message: string;
}

interface Weight {
  readonly severity: Severity;
  readonly reason: Reason;
}

/** Whether the same is told in words that are news. Numbers that were measured move all the time, and are none. */
export function isReworded(now: Words, said: Words): boolean {
  return now.reason === said.reason && isWordingNews(now.reason) &&
    clip(now.message) !== clip(said.message);
}

/** Whether something is worse than what was said of it. */
export function isWorse(now: Weight, said: Weight): boolean {
  if (now.severity !== said.severity) return now.severity === "critical";
  const before = RISING.indexOf(said.reason);
  return before >= 0 && RISING.indexOf(now.reason) > before;
}
