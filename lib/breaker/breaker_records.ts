/**
 * Circuit breakers as StorageEvents: one is opened when a breaker opens, and ends when it closes (PRD StorageEvent
 * `eventType: circuit-breaker`).
 *
 * They are records. What a breaker lets pass is folded from the operations themselves, and no alert is ever held
 * back by one.
 *
 * @module
 */

import { observedOnly, type Stance } from "../decide/governance.ts";
import type { Action, OpenEvent, RecordStatus } from "../decide/plan.ts";
import type { BreakerProgress, BreakerSubject, Event } from "../event/event.ts";
import type { Reason } from "../explain/reasons.ts";
import type { CircuitBreakerSettings } from "../policy/resolved.ts";
import { formatTimestamp } from "../units/timestamp.ts";
import type { ClusterView } from "../view/cluster.ts";
import { subjectOf } from "../view/select.ts";
import { breakerOf } from "./breaker.ts";
import { sharedBreakerOf } from "./shared_breaker.ts";

/** A breaker that has opened, half-open ones included. */
interface OpenBreaker {
  readonly subject: BreakerSubject;
  readonly progress: BreakerProgress;
  /** Whether this cluster is the one to open its record. */
  readonly isNews: boolean;
}

/** What is to be recorded of a cluster's breakers. Dry runs fail at nothing, and who is not managed has none. */
export function breakerRecords(
  view: ClusterView,
  stance: Stance,
  settings: CircuitBreakerSettings,
): Action[] {
  if (view.deleting || stance === "records") return [];
  const records = view.events.filter(isOpenRecord);
  const breakers = stance === "observes" ? [] : openBreakers(view, settings);
  return [
    ...records.flatMap((record) => follow(record, breakers, view)),
    ...breakers
      .filter(({ subject, isNews }) =>
        isNews && !records.some(({ breaker }) => isSame(breaker, subject))
      )
      .map((breaker) => recordOf(breaker, view)),
  ];
}

function openBreakers(view: ClusterView, settings: CircuitBreakerSettings): OpenBreaker[] {
  const { nowMs, events, sharedFailures, volumes } = view;
  const own = volumes.flatMap(({ instance, role, claim }): OpenBreaker[] => {
    const state = breakerOf(claim.uid, events, settings, nowMs);
    if (state.kind !== "open" && state.kind !== "half-open") return [];
    const { failures, halfOpenAtMs } = state;
    const subject = { scope: "volume", instance, role, claimUid: claim.uid } as const;
    return [{ subject, progress: { failures, halfOpenAtMs }, isNews: state.kind === "open" }];
  });
  if (settings.scope !== "global" || sharedFailures === undefined) return own;
  const shared = sharedBreakerOf(sharedFailures, settings, nowMs);
  if (shared.kind === "closed") return own;
  const { failures, halfOpenAtMs } = shared;
  // Many clusters share it, and one record is enough: the cluster that failed last has it.
  const isNews = shared.kind === "open" &&
    events.some(({ uid }) => uid === sharedFailures.lastEventUid);
  return [...own, { subject: { scope: "global" }, progress: { failures, halfOpenAtMs }, isNews }];
}

function follow(
  record: Event,
  breakers: readonly OpenBreaker[],
  view: ClusterView,
): RecordStatus[] {
  const { name: eventName, resourceVersion, status, breaker } = record;
  const found = breakers.find(({ subject }) => isSame(breaker, subject));
  if (found === undefined) {
    const conditions = [{ type: "Complete", status: "True", ...whyOver(record, view) }] as const;
    const closed = {
      ...status,
      phase: "Completed",
      completedAtMs: view.nowMs,
      conditions,
    } as const;
    return [{ kind: "record-status", eventName, resourceVersion, status: closed }];
  }
  const { failures, halfOpenAtMs } = found.progress;
  const said = status.breaker;
  if (said?.failures === failures && said.halfOpenAtMs === halfOpenAtMs) return [];
  const next = { ...status, breaker: found.progress };
  return [{ kind: "record-status", eventName, resourceVersion, status: next }];
}

function recordOf({ subject, progress }: OpenBreaker, { nowMs }: ClusterView): OpenEvent {
  const { failures, halfOpenAtMs } = progress;
  const who = subject.scope === "volume" ? subjectOf(subject) : "The clusters of the policy";
  return {
    kind: "open-event",
    draft: {
      eventType: "circuit-breaker",
      trigger: "threshold-breach",
      dryRun: false,
      reason: "BreakerOpen",
      message: `${who}: ${failures} failures in a row; one more try from ` +
        `${formatTimestamp(halfOpenAtMs)} on, or after the annotation reset-circuit-breaker`,
      breaker: subject,
      status: {
        phase: "InProgress",
        startedAtMs: nowMs,
        volumes: [],
        writeBack: { state: "skipped" },
        conditions: [],
        breaker: progress,
      },
    },
  };
}

function isOpenRecord({ eventType, breaker, status }: Event): boolean {
  return eventType === "circuit-breaker" && breaker !== undefined && status.phase === "InProgress";
}

function whyOver(
  record: Event,
  view: ClusterView,
): { readonly reason: Reason; readonly message: string } {
  const unmanaged = observedOnly(view);
  if (unmanaged !== undefined) return unmanaged;
  if (wasReset(record, view.events)) {
    return { reason: "BreakerReset", message: "Closed by the annotation reset-circuit-breaker" };
  }
  return { reason: "BreakerClosed", message: "Closed: nothing is counted against it any more" };
}

/** Whether a user's reset was recorded after it. */
function wasReset(record: Event, events: readonly Event[]): boolean {
  return events.slice(events.indexOf(record) + 1).some(({ eventType, reason }) =>
    eventType === "circuit-breaker" && reason === "BreakerReset"
  );
}

function isSame(first: BreakerSubject | undefined, second: BreakerSubject): boolean {
  if (first?.scope === "volume" && second.scope === "volume") {
    return first.claimUid === second.claimUid;
  }
  return first?.scope === second.scope;
}
