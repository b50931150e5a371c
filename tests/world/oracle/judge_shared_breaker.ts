/**
 * The breaker that all volumes of a policy share: too many failed expansions in a row stop every routine one.
 *
 * @module
 */

import type { Event } from "../../../lib/event/event.ts";
import { hadStopped, policiesAt } from "./facts.ts";
import { isOwnFailure, type Opening } from "./judge_opening.ts";
import { broken, KNOWLEDGE_AGE_MS_MAX, type Violation } from "./violation.ts";

const MINUTE_MS = 60_000;

/** Judges the opening of an operation by the expansions that have failed before it. */
export function judgeSharedBreaker(
  { record, event, truth, earlier }: Opening,
): Violation | undefined {
  const policies = policiesAt(truth, record.atMs, "data");
  const claimName = event.expansion?.canaryClaimName ?? "";
  if (event.trigger === "manual" || hadStopped(truth, claimName, record.atMs)) return undefined;
  if (!policies.every(({ sharesBreaker }) => sharesBreaker)) return undefined;
  const failures = failuresInRow(earlier);
  const allowed = Math.max(...policies.map(({ maxFailures }) => maxFailures));
  const resetMs = MINUTE_MS * Math.min(...policies.map(({ resetMinutes }) => resetMinutes));
  const last = failures.at(-1);
  if (last === undefined || failures.length < allowed) return undefined;
  const sinceMs = record.atMs - last;
  // What failed a moment ago may not be known yet.
  if (sinceMs < KNOWLEDGE_AGE_MS_MAX || sinceMs >= resetMs - MINUTE_MS) return undefined;
  const detail = `${failures.length} expansions failed, the last one ${sinceMs} ms ago`;
  return broken(record, "a shared breaker that is open holds every sibling", detail);
}

/** When expansions failed since one grew anything, or a user reset the breaker. */
function failuresInRow(events: readonly Event[]): readonly number[] {
  let failures: number[] = [];
  for (const { reason, dryRun, status } of events) {
    if (reason === "BreakerReset" || status.volumes.some(({ step }) => step === "Verified")) {
      failures = [];
    } else if (!dryRun && status.completedAtMs !== undefined && status.volumes.some(isOwnFailure)) {
      failures.push(status.completedAtMs);
    }
  }
  return failures;
}
