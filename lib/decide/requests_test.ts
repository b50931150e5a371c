// What users ask for by annotation, and what a dry run records instead.

import assert from "node:assert/strict";

import type { Event, EventDraft } from "../event/event.ts";
import { explainNextStep } from "../explain/next_step.ts";
import { ANNOTATION } from "../policy/annotation_keys.ts";
import {
  expansionEvent,
  type ExpansionFields,
  failureEvent,
  gibibytes,
  governedBy,
  NOW_MS,
  pod,
  policy,
  progressOf,
  view,
  volume,
} from "../testing/builders.ts";
import { after, millis, MINUTE } from "../units/millis.ts";
import type { ClusterView, ManualRequest } from "../view/cluster.ts";
import { decide } from "./decide.ts";
import type { Plan } from "./plan.ts";

const REQUEST: ManualRequest = {
  trigger: "manual",
  role: "data",
  targetBytes: gibibytes(20),
  requestedAt: "2025-12-31T23:00:00Z",
  reason: "manual-migration",
};

const DRY_RUN = { governance: governedBy(policy({ dryRun: true })) };

function planOf(overrides: Partial<ClusterView>): Plan {
  return decide(view(overrides), { defaults: policy() });
}

function draftsOf(plan: Plan): EventDraft[] {
  return plan.actions.flatMap((action) => action.kind === "open-event" ? [action.draft] : []);
}

/** An expansion that ended an hour ago. */
function ended(fields: ExpansionFields): ClusterView["events"][number] {
  const completedAtMs = after(NOW_MS, -60 * MINUTE);
  return expansionEvent([progressOf(volume(), { step: "Verified" })], {
    createdAtMs: completedAtMs,
    ...fields,
    status: { phase: "Completed", completedAtMs, writeBack: { state: "done" } },
  });
}

Deno.test("requestCandidate() makes a user's request an operation that remembers it", () => {
  const [draft] = draftsOf(planOf({ manualRequest: REQUEST }));
  assert.equal(draft?.trigger, "manual");
  assert.equal(draft.manualRequestedAt, REQUEST.requestedAt);
  assert.equal(draft.expansion?.requestedBytes, gibibytes(20));
});

Deno.test("requestCandidate() honours a request once, and a new one again", () => {
  const events = [ended({ manualRequestedAt: REQUEST.requestedAt })];
  assert.deepEqual(draftsOf(planOf({ manualRequest: REQUEST, events })), []);
  const again = { ...REQUEST, requestedAt: "2026-01-01T00:00:00Z" };
  assert.equal(draftsOf(planOf({ manualRequest: again, events })).length, 1);
});

Deno.test("pendingRequest() takes an old request for a size that is there for one that was answered", () => {
  const old = { ...REQUEST, targetBytes: gibibytes(10), requestedAt: "2025-12-01T00:00:00Z" };
  const recent = { ...old, requestedAt: "2025-12-03T00:00:00Z" };
  const cases: [ManualRequest, string][] = [
    [old, "NoRequest"],
    [recent, "RequestNotAbove"],
    [{ ...old, requestedAt: "last year" }, "RequestNotAbove"],
    [{ ...old, targetBytes: gibibytes(200) }, "MaxSizeReached"],
  ];
  for (const [manualRequest, reason] of cases) {
    const held = planOf({ manualRequest }).conditions.find(({ type }) => type === "RequestHeld");
    assert.equal(held?.reason, reason);
  }
});

Deno.test("decide() keeps a user's request for the end of a pause, and says so", () => {
  const untilMs = after(NOW_MS, 60 * MINUTE);
  const pause = { kind: "paused", untilMs } as const;
  const paused = planOf({ manualRequest: REQUEST, pause });
  assert.deepEqual(draftsOf(paused), []);
  const held = paused.conditions.find(({ type }) => type === "RequestHeld");
  assert.equal(held?.reason, "Paused");
  assert.equal(draftsOf(planOf({ manualRequest: REQUEST, pause, nowMs: untilMs })).length, 1);
});

Deno.test("requestCandidate() does not take the record of a dry run for the real thing", () => {
  const events = [ended({ manualRequestedAt: REQUEST.requestedAt, dryRun: true })];
  assert.equal(draftsOf(planOf({ manualRequest: REQUEST, events })).length, 1);
});

Deno.test("requestCandidate() begins with a volume whose pod runs", () => {
  const volumes = [
    volume({ pod: pod({ running: false }) }),
    volume({ instance: "orders-2" }),
  ];
  const [draft] = draftsOf(planOf({ manualRequest: REQUEST, volumes }));
  assert.equal(draft?.expansion?.canaryClaimName, "orders-2");
});

const SCHEDULED: ManualRequest = {
  ...REQUEST,
  trigger: "scheduled",
  reason: "scheduled: before the sale",
};

Deno.test("requestCandidate() keeps a scheduled request for the next window, and tells nobody of it", () => {
  const opensAtMs = after(NOW_MS, 60 * MINUTE);
  const maintenanceWindow = { kind: "closed", opensAtMs } as const;
  const waiting = planOf({ manualRequest: SCHEDULED, maintenanceWindow });
  assert.deepEqual(draftsOf(waiting), []);
  assert.equal(waiting.wakeAtMs, opensAtMs);
  assert.deepEqual(waiting.alerts, []);
  const held = waiting.conditions.find(({ type }) => type === "RequestHeld");
  assert.equal(held?.reason, "WindowClosed");
  const [draft] = draftsOf(
    planOf({ manualRequest: SCHEDULED, maintenanceWindow, nowMs: opensAtMs }),
  );
  assert.equal(draft?.trigger, "scheduled");
  assert.equal(draft.reason, "ScheduledRequest");
  assert.equal(draft.manualRequestedAt, SCHEDULED.requestedAt);
  assert.equal(draft.expansion?.requestedBytes, gibibytes(20));
});

Deno.test("requestCandidate() begins a scheduled request at once without a window, and only once", () => {
  const manualRequest = SCHEDULED;
  assert.equal(draftsOf(planOf({ manualRequest })).length, 1);
  const events = [ended({ manualRequestedAt: SCHEDULED.requestedAt, trigger: "scheduled" })];
  const again = planOf({ manualRequest, events });
  assert.deepEqual(draftsOf(again), []);
  assert.ok(again.conditions.some(({ reason }) => reason === "NoRequest"));
});

Deno.test("requestCandidate() lets a volume that presses go before a scheduled request", () => {
  const volumes = [volume({ usedPercent: 92 }), volume({ instance: "orders-2" })];
  const [draft] = draftsOf(planOf({ manualRequest: SCHEDULED, volumes }));
  assert.equal(draft?.reason, "AboveEmergency");
});

Deno.test("requestCondition() tells of a request that cannot be read", () => {
  const requestProblem = "Annotation target-size: expected a size such as 20Gi, found nothing";
  const plan = planOf({ requestProblem });
  const held = plan.conditions.find(({ type }) => type === "RequestHeld");
  assert.equal(held?.reason, "RequestUnreadable");
  assert.match(held.message, /expected a size/);
  assert.deepEqual(plan.alerts.map(({ reason }) => reason), ["RequestUnreadable"]);
  assert.deepEqual(draftsOf(plan), []);
});

Deno.test("decide() refuses a request that is not above the size, above the limit or for no volume", () => {
  const cases = [
    [{ ...REQUEST, targetBytes: gibibytes(10) }, ["RequestNotAbove"]],
    [{ ...REQUEST, targetBytes: gibibytes(101) }, ["MaxSizeReached"]],
    [{ ...REQUEST, role: "wal" }, [], ["RequestUnreadable"]],
  ] as const;
  for (const [manualRequest, reasons, told = reasons] of cases) {
    const plan = planOf({ manualRequest });
    assert.deepEqual(draftsOf(plan), []);
    assert.deepEqual(
      plan.trace.filter(({ passed }) => !passed).map(({ reason }) => reason),
      reasons,
    );
    assert.deepEqual(plan.alerts.map(({ reason }) => reason), told);
    const condition = plan.conditions.find(({ type }) => type === "RequestHeld");
    assert.equal(condition?.status, "True");
    assert.equal(condition.reason, told[0]);
  }
});

Deno.test("dryRunIsNewsAt() holds back what was recorded, whatever size it comes to by now, and nothing else", () => {
  const governance = governedBy(policy({ dryRun: true }));
  const volumes = [volume({ usedPercent: 86 })];
  const grown = { requestedBytes: gibibytes(16) };
  const recorded = expansionEvent([], { dryRun: true, expansion: grown, reason: "AboveExpansion" });
  const others: [Partial<Event>, number][] = [
    [{}, 0],
    [{ reason: "TimeToFullShort" }, 1],
    [{ manualRequestedAt: "2026-01-01T00:00:00Z" }, 1],
  ];
  for (const [fields, records] of others) {
    const plan = planOf({ governance, volumes, events: [{ ...recorded, ...fields }] });
    assert.equal(draftsOf(plan).length, records);
    const next = explainNextStep(plan, []);
    assert.match(next, records > 0 ? /^Records what would be done/ : /may not grow: .*dryRun/);
  }
});

Deno.test("dryRunIsNewsAt() has the same recorded once a cooldown, at most once an hour", () => {
  const volumes = [volume({ usedPercent: 86 })];
  for (const [cooldownMinutes, silentMinutes] of [[0, 60], [30, 60], [60, 60], [90, 90]] as const) {
    const cooldownMs = millis(cooldownMinutes * MINUTE);
    const governance = governedBy(policy({ dryRun: true, expansion: { cooldownMs } }));
    const [first] = draftsOf(planOf({ governance, volumes }));
    assert.ok(first?.dryRun);
    assert.equal(first.status.phase, "Completed");
    const recorded = expansionEvent([], { dryRun: true, status: first.status });
    const later = (minutes: number): EventDraft[] => {
      const nowMs = after(NOW_MS, minutes * MINUTE);
      return draftsOf(planOf({ governance, volumes, events: [recorded], nowMs }));
    };
    assert.equal(later(silentMinutes - 1).length, 0);
    assert.equal(later(silentMinutes).length, 1);
  }
});

Deno.test("resetBreaker() records a user's reset and takes the annotation away", () => {
  const plan = planOf({ breakerReset: true });
  assert.deepEqual(draftsOf(plan).map(({ reason }) => reason), ["BreakerReset"]);
  assert.ok(
    plan.actions.some((action) =>
      action.kind === "annotate" && action.annotations[ANNOTATION.resetCircuitBreaker] === null
    ),
  );
});

Deno.test("resetBreaker() records a reset again only when a volume has failed since", () => {
  const reset: Event = {
    ...expansionEvent([], { status: { phase: "Completed" } }),
    eventType: "circuit-breaker",
    reason: "BreakerReset",
    expansion: undefined,
  };
  const failed = failureEvent(volume(), NOW_MS);
  const cases: [Event[], number][] = [
    [[], 1],
    [[failed], 1],
    [[reset], 0],
    [[failed, reset], 0],
    [[reset, failed], 1],
    [[reset, { ...failed, dryRun: true }], 0],
    [[reset, failed, reset], 0],
  ];
  for (const [events, records] of cases) {
    const plan = planOf({ breakerReset: true, events });
    assert.equal(draftsOf(plan).length, records);
    assert.ok(plan.actions.some(({ kind }) => kind === "annotate"));
  }
});

Deno.test("resetBreaker() records a reset again where clusters that share the breaker have failed since", () => {
  const reset: Event = {
    ...expansionEvent([], { status: { phase: "Completed" } }),
    eventType: "circuit-breaker",
    reason: "BreakerReset",
    expansion: undefined,
  };
  for (const [sharedCount, records] of [[0, 0], [1, 1]] as const) {
    const sharedFailures = { count: sharedCount, lastAtMs: NOW_MS };
    const plan = planOf({ breakerReset: true, events: [reset], sharedFailures });
    assert.equal(draftsOf(plan).length, records);
  }
});

Deno.test("resetBreaker() does nothing in a dry run or without a policy", () => {
  for (const overrides of [DRY_RUN, { governance: { kind: "none" } as const }]) {
    assert.deepEqual(draftsOf(planOf({ breakerReset: true, ...overrides })), []);
  }
});
