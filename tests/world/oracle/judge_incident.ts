/**
 * Alerts: each is told once, and of a cluster that nobody wants managed only that it has stopped (DESIGN §5, §7).
 *
 * @module
 */

import { openIncidents } from "../../../lib/alert/incident.ts";
import type { Reason } from "../../../lib/explain/reasons.ts";
import { decidedAtText, type Opening } from "./judge_opening.ts";
import { broken, KNOWLEDGE_AGE_MS_MAX, type Violation } from "./violation.ts";

/** A cluster of which everything is wrong has no more (PRD Risk 5). */
const OPEN_MAX = 32;

/** Why a database stops for want of room: told whoever governs the cluster. */
const STOPS: readonly Reason[] = ["VolumeFull", "DiskFullPhase"];

/** Judges the opening of an incident. */
export function judgeIncident(
  { record, truth, event, earlier }: Pick<Opening, "record" | "truth" | "event" | "earlier">,
): Violation | undefined {
  const { alert } = event;
  if (alert === undefined) return undefined;
  const wishes = truth.wishes.since(record.atMs - KNOWLEDGE_AGE_MS_MAX);
  const isUngoverned = wishes.every(({ policy }) => policy === undefined || policy.excluded);
  if (isUngoverned && !STOPS.includes(event.reason)) {
    return broken(record, "only a stop is told of a cluster that no policy governs", alert.cause);
  }
  // A dead manager's request may arrive after its successor's.
  const open = openIncidents(earlier).filter((one) =>
    decidedAtText(one.event) <= decidedAtText(event)
  );
  const twin = open.find(({ subject }) => subject.cause === alert.cause);
  if (twin !== undefined) {
    return broken(record, "an alert is one incident", `${twin.event.name} tells of it`);
  }
  if (open.length < OPEN_MAX) return undefined;
  return broken(record, "a cluster has few incidents at a time", `${open.length} are open`);
}
