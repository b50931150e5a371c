/**
 * The circuit breaker that all clusters of a policy share (PRD `circuitBreaker.scope: global`).
 *
 * It comes on top of each volume's own: what has a cause in common, such as a provider that refuses every change,
 * stops further tries everywhere. Failed expansions count, not volumes, for one expansion says one thing about
 * what the clusters have in common however many instances it had. Any volume that grew speaks against such a
 * cause, and the count begins anew.
 *
 * @module
 */

import type { Event } from "../event/event.ts";
import { isOpenExpansion } from "../expansion/history.ts";
import type { CircuitBreakerSettings } from "../policy/resolved.ts";
import { after, type Millis } from "../units/millis.ts";
import { compareText } from "../view/select.ts";
import { countsAsFailure } from "./breaker.ts";

/** Failed expansions in a row. */
export interface SharedFailures {
  readonly count: number;
  /** Absent where none has failed. */
  readonly lastAtMs?: Millis | undefined;
  /** UID of the last one that failed. */
  readonly lastEventUid?: string | undefined;
  /** The expansion that was begun since, if one is under way: it speaks for all clusters. */
  readonly probe?: SharedProbe | undefined;
  /** The cluster's place among those that share the breaker, from 0. */
  readonly turn?: number | undefined;
}

/** An expansion that tries whether what failed goes well again. */
export interface SharedProbe {
  readonly eventUid: string;
  readonly eventName: string;
  readonly begunAtMs: Millis;
}

/** The shared breaker. */
export type SharedBreakerState =
  | { readonly kind: "closed" }
  | { readonly kind: "open"; readonly failures: number; readonly halfOpenAtMs: Millis }
  | { readonly kind: "half-open"; readonly failures: number; readonly halfOpenAtMs: Millis };

/** Counts the failed expansions in a row among events of several clusters, in any order. */
export function sharedFailuresOf(events: readonly Event[]): SharedFailures {
  const failures = events
    .filter(isTelling)
    .map((event) => ({ event, atMs: endOf(event) }))
    .sort((first, second) =>
      first.atMs - second.atMs || compareText(first.event.uid, second.event.uid)
    )
    .reduce(count, { count: 0 });
  const { lastAtMs } = failures;
  const probe = lastAtMs === undefined ? undefined : probeOf(events, lastAtMs);
  return probe === undefined ? failures : { ...failures, probe };
}

/** The first expansion under way that was begun after the last failure. */
function probeOf(events: readonly Event[], lastAtMs: Millis): SharedProbe | undefined {
  return events
    .filter((event) => isOpenExpansion(event) && beginOf(event) >= lastAtMs)
    .map((event) => ({
      eventUid: event.uid,
      eventName: event.name,
      begunAtMs: beginOf(event),
    }))
    .sort((first, second) =>
      first.begunAtMs - second.begunAtMs || compareText(first.eventUid, second.eventUid)
    )[0];
}

/** The creation is a stamp of the API server, all else of the manager's own clock: it counts only until that began. */
function beginOf({ createdAtMs, status }: Event): Millis {
  return status.startedAtMs ?? createdAtMs;
}

/** The state of the breaker after these failures. */
export function sharedBreakerOf(
  { count, lastAtMs }: SharedFailures,
  settings: CircuitBreakerSettings,
  nowMs: Millis,
): SharedBreakerState {
  if (lastAtMs === undefined || count < settings.maxFailures) return { kind: "closed" };
  const halfOpenAtMs = after(lastAtMs, settings.resetMs);
  const kind = nowMs >= halfOpenAtMs ? "half-open" : "open";
  return { kind, failures: count, halfOpenAtMs };
}

function count(
  failures: SharedFailures,
  { event, atMs }: { readonly event: Event; readonly atMs: Millis },
): SharedFailures {
  if (isReset(event) || hasGrown(event)) return { count: 0 };
  return { count: failures.count + 1, lastAtMs: atMs, lastEventUid: event.uid };
}

function isTelling(event: Event): boolean {
  return isReset(event) || !event.dryRun && (hasGrown(event) || hasFailed(event));
}

function isReset({ eventType, reason }: Event): boolean {
  return eventType === "circuit-breaker" && reason === "BreakerReset";
}

function hasGrown({ status }: Event): boolean {
  return status.volumes.some(({ step }) => step === "Verified");
}

function hasFailed({ status }: Event): boolean {
  return status.volumes.some(({ step, failure }) =>
    step === "Failed" && countsAsFailure(failure?.reason)
  );
}

/** When the last volume of an event came to its end; a reset is over at once. */
function endOf({ status, createdAtMs }: Event): Millis {
  const ends = status.volumes.flatMap(({ finishedAtMs }) => finishedAtMs ?? []);
  if (ends.length > 0) return ends.reduce((first, second) => first >= second ? first : second);
  return status.completedAtMs ?? createdAtMs;
}
