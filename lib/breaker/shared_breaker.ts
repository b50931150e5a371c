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
import type { CircuitBreakerSettings } from "../policy/resolved.ts";
import { after, type Millis } from "../units/millis.ts";
import { countsAsFailure } from "./breaker.ts";

/** Failed expansions in a row. */
export interface SharedFailures {
  readonly count: number;
  /** Absent where none has failed. */
  readonly lastAtMs?: Millis | undefined;
}

/** The shared breaker. */
export type SharedBreakerState =
  | { readonly kind: "closed" }
  | { readonly kind: "open"; readonly failures: number; readonly halfOpenAtMs: Millis }
  | { readonly kind: "half-open"; readonly failures: number };

/** Counts the failed expansions in a row among events of several clusters, in any order. */
export function sharedFailuresOf(events: readonly Event[]): SharedFailures {
  return events
    .filter(isTelling)
    .map((event) => ({ event, atMs: endOf(event) }))
    .sort((first, second) => first.atMs - second.atMs)
    .reduce(count, { count: 0 });
}

/** The state of the breaker after these failures. */
export function sharedBreakerOf(
  { count, lastAtMs }: SharedFailures,
  settings: CircuitBreakerSettings,
  nowMs: Millis,
): SharedBreakerState {
  if (lastAtMs === undefined || count < settings.maxFailures) return { kind: "closed" };
  const halfOpenAtMs = after(lastAtMs, settings.resetMs);
  return nowMs >= halfOpenAtMs
    ? { kind: "half-open", failures: count }
    : { kind: "open", failures: count, halfOpenAtMs };
}

function count(
  failures: SharedFailures,
  { event, atMs }: { readonly event: Event; readonly atMs: Millis },
): SharedFailures {
  if (isReset(event) || hasGrown(event)) return { count: 0 };
  return { count: failures.count + 1, lastAtMs: atMs };
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
