/**
 * How many alerts of a cluster are told one by one.
 *
 * @module
 */

import type { AlertIntent } from "../decide/plan.ts";
import { alertCause } from "./cause.ts";

/** More than this about one cluster says no more than that everything is wrong with it (PRD Risk 5). */
export const INCIDENTS_MAX = 32;

/** The cause of the alert that stands for all others. */
const SUMMARY_TOPIC = "more-alerts";

/**
 * One alert a cause, the gravest of each, and no more than a cluster may have. Beyond that, those with an open
 * incident come first, then the critical ones; one alert stands for the rest.
 */
export function limitIntents(
  intents: readonly AlertIntent[],
  openCauses: ReadonlySet<string>,
): readonly AlertIntent[] {
  const gravest = new Map<string, AlertIntent>();
  for (const intent of intents) {
    const cause = alertCause(intent);
    const known = gravest.get(cause);
    if (known === undefined || rank(intent) < rank(known)) gravest.set(cause, intent);
  }
  if (gravest.size <= INCIDENTS_MAX) return [...gravest.values()];
  const ordered = [...gravest].toSorted(([firstCause, first], [secondCause, second]) =>
    Number(openCauses.has(secondCause)) - Number(openCauses.has(firstCause)) ||
    rank(first) - rank(second)
  ).map(([, intent]) => intent);
  return [
    ...ordered.slice(0, INCIDENTS_MAX - 1),
    summaryOf(ordered.slice(INCIDENTS_MAX - 1)),
  ];
}

function summaryOf(rest: readonly AlertIntent[]): AlertIntent {
  const severity = rest.some((intent) => intent.severity === "critical") ? "critical" : "warning";
  const message = `${rest.length} more alerts, the first of them: ${rest[0]?.message ?? ""}`;
  return { topic: SUMMARY_TOPIC, reason: "MoreAlerts", severity, message };
}

function rank({ severity }: AlertIntent): number {
  return severity === "critical" ? 0 : 1;
}
