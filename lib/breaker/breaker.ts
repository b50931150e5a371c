/**
 * The circuit breaker, folded from StorageEvents (PRD Circuit Breaker, DESIGN §5 and §8).
 *
 * Failures are counted per volume: a volume that cannot grow does not keep its siblings from growing.
 *
 * ```text
 *             failure, fewer than maxFailures
 *            ┌────────────┐
 *            ▼            │        maxFailures-th failure
 *         closed ─────────┴──────────────────────────────► open
 *            ▲                                               │ resetMs pass
 *            │ success, or a user's reset                    ▼
 *            └──────────────────────────────────────────  half-open ──failure──► open
 * ```
 *
 * @module
 */

import type { Event, VolumeProgress } from "../event/event.ts";
import type { Reason } from "../explain/reasons.ts";
import { NEVER_ASKED } from "./never_asked.ts";
import type { CircuitBreakerSettings } from "../policy/resolved.ts";
import { after, type Millis, MINUTE } from "../units/millis.ts";

/** Waiting after the first failure; doubles with each further one. */
export const RETRY_BASE_MS: Millis = MINUTE;

/** Longest wait between two tries while the breaker is still closed. */
const RETRY_DOUBLINGS_MAX = 4;

/** The breaker of one volume. */
export type BreakerState =
  | { readonly kind: "closed"; readonly failures: number }
  /** Closed, but the last try failed so recently that the next one waits. */
  | { readonly kind: "waiting"; readonly failures: number; readonly retryAtMs: Millis }
  | { readonly kind: "open"; readonly failures: number; readonly halfOpenAtMs: Millis }
  | { readonly kind: "half-open"; readonly failures: number; readonly halfOpenAtMs: Millis };

/** Failures in a row. */
interface Tally {
  readonly failures: number;
  readonly lastFailureAtMs: Millis | undefined;
}

/** The state of the breaker of one volume, told from the cluster's events, oldest first. */
export function breakerOf(
  claimUid: string,
  events: readonly Event[],
  settings: CircuitBreakerSettings,
  nowMs: Millis,
): BreakerState {
  const { failures, lastFailureAtMs } = failuresInARow(claimUid, events);
  if (lastFailureAtMs === undefined) return { kind: "closed", failures: 0 };
  if (failures >= settings.maxFailures) {
    const halfOpenAtMs = after(lastFailureAtMs, settings.resetMs);
    const kind = nowMs >= halfOpenAtMs ? "half-open" : "open";
    return { kind, failures, halfOpenAtMs };
  }
  const doublings = Math.min(failures - 1, RETRY_DOUBLINGS_MAX);
  const retryAtMs = after(lastFailureAtMs, RETRY_BASE_MS * 2 ** doublings);
  return nowMs >= retryAtMs
    ? { kind: "closed", failures }
    : { kind: "waiting", failures, retryAtMs };
}

/** Counted from the newest event back: every view asks this of every volume, and the newest tells most of it. */
function failuresInARow(claimUid: string, events: readonly Event[]): Tally {
  let failures = 0;
  let lastFailureAtMs: Millis | undefined;
  function isOwn(volume: VolumeProgress): boolean {
    return volume.claimUid === claimUid;
  }
  for (let index = events.length - 1; index >= 0; index--) {
    const event = events[index];
    if (event === undefined) continue;
    if (event.eventType === "circuit-breaker" && event.reason === "BreakerReset") break;
    if (event.dryRun) continue;
    const progress = event.status.volumes.find(isOwn);
    if (progress === undefined) continue;
    if (progress.step === "Verified") break;
    if (progress.step !== "Failed" || !countsAsFailure(progress.failure?.reason)) continue;
    failures++;
    lastFailureAtMs ??= progress.finishedAtMs ?? event.status.completedAtMs ?? event.createdAtMs;
  }
  return { failures, lastFailureAtMs };
}

/** A volume that went away, was never asked, or was held by a user has not failed by itself. */
const NO_FAILURE_OF_ITS_OWN: readonly (Reason | undefined)[] = [
  ...NEVER_ASKED,
  "ClaimVanished",
  "ClaimDeleting",
  "ClaimNotBound",
  "CanaryFailed",
  "NoPolicy",
  "OperationStale",
];

/** Whether a volume that ended for this reason has failed by itself. */
export function countsAsFailure(reason: Reason | undefined): boolean {
  return !NO_FAILURE_OF_ITS_OWN.includes(reason);
}
