import assert from "node:assert/strict";
import { decide } from "../decide/decide.ts";
import type { Action, Plan } from "../decide/plan.ts";
import type { Event } from "../event/event.ts";
import {
  expansionEvent,
  governedBy,
  NOW_MS,
  policy,
  progressOf,
  view,
  volume,
} from "../testing/builders.ts";
import { after, MINUTE } from "../units/millis.ts";
import type { ClusterView } from "../view/cluster.ts";
import { tellAlerts, type TellingPlan } from "./tell_alerts.ts";
import { createIncidentStore, levelAlert } from "./testing/incident_store.ts";
import { raise } from "./incident.ts";

function told(overrides: Partial<ClusterView>): TellingPlan {
  const seen = view(overrides);
  return tellAlerts(decide(seen, { defaults: policy() }), seen);
}

function said({ plan }: TellingPlan): string[] {
  return plan.actions.flatMap((action) => textOf(action));
}

function textOf(action: Action): string[] {
  if (action.kind === "open-event" && action.draft.alert !== undefined) {
    return [`raise ${action.draft.alert.cause}`];
  }
  if (action.kind !== "record-status" || action.status.alert === undefined) return [];
  return [`${action.status.phase} ${action.status.conditions[0]?.reason ?? ""}`.trim()];
}

function incidents(...fields: Parameters<typeof levelAlert>): readonly Event[] {
  const store = createIncidentStore();
  store.carryOut([raise(levelAlert(...fields), NOW_MS)], NOW_MS);
  return store.events;
}

const CRITICAL = volume({ usedPercent: 81 });
const LONG_AFTER_MS = after(NOW_MS, 60 * MINUTE);
const OPERATION = expansionEvent([
  progressOf(CRITICAL, { step: "Requested", requestedAtMs: NOW_MS }),
]);

const RAISED: readonly [string, Partial<ClusterView>, readonly string[]][] = [
  ["of a managed cluster", {}, ["raise pressure/orders-1/data"]],
  ["of a paused cluster", { pause: { kind: "paused" } }, ["raise pressure/orders-1/data"]],
  [
    "of a dry run",
    { governance: governedBy(policy({ dryRun: true })) },
    ["raise pressure/orders-1/data"],
  ],
  [
    "of a cluster whose policy contradicts itself",
    { governance: { kind: "invalid", policyName: "default", message: "warning above critical" } },
    ["raise PolicyInvalid", "raise pressure/orders-1/data"],
  ],
  ["never without a policy", { governance: { kind: "none" } }, []],
  ["never where the policy excludes it", { governance: { kind: "excluded", policyName: "p" } }, []],
  ["never of a cluster on its way out", { deleting: true }, []],
  ["not while its volume is being helped", { events: [OPERATION] }, []],
  [
    "during a pause, in which nobody helps",
    { events: [OPERATION], pause: { kind: "paused" } },
    ["raise pressure/orders-1/data"],
  ],
];

for (const [when, overrides, expected] of RAISED) {
  Deno.test(`tellAlerts() raises the alert ${when}`, () => {
    assert.deepEqual(said(told({ volumes: [CRITICAL], ...overrides })), expected);
  });
}

Deno.test("tellAlerts() raises an emergency whatever is under way", () => {
  const volumes = [volume({ usedPercent: 91 })];
  const emergency = told({ volumes, events: [OPERATION] });
  assert.deepEqual(said(emergency), ["raise pressure/orders-1/data"]);
  assert.deepEqual(emergency.suppressed, []);
});

Deno.test("tellAlerts() keeps an alert back whose volume the same plan begins to help", () => {
  const begun = told({ volumes: [volume({ usedPercent: 86 })] });
  assert.deepEqual(begun.suppressed.map(({ reason }) => reason), ["AboveExpansion"]);
  assert.deepEqual(said(begun), []);
});

Deno.test("tellAlerts() keeps nothing back for what a dry run only records", () => {
  const governance = governedBy(policy({ dryRun: true }));
  const recorded = told({ volumes: [volume({ usedPercent: 86 })], governance });
  assert.deepEqual(said(recorded), ["raise pressure/orders-1/data"]);
});

Deno.test("tellAlerts() keeps nothing back where the policy does not ask for it", () => {
  const { settings, origins } = policy();
  const alerting = { ...settings.alerting, suppressDuringRemediation: false };
  const governance = governedBy({ settings: { ...settings, alerting }, origins });
  const loud = told({ volumes: [CRITICAL], events: [OPERATION], governance });
  assert.deepEqual(said(loud), ["raise pressure/orders-1/data"]);
});

Deno.test("tellAlerts() leaves an incident as it is while its volume is helped or unknown", () => {
  const unknown = volume({
    fileSystem: { kind: "unknown", reason: "SampleBeforeResize", message: "grown a moment ago" },
  });
  for (
    const overrides of [
      { volumes: [CRITICAL], events: [...incidents({ reason: "AboveWarning" }), OPERATION] },
      { volumes: [unknown], events: incidents() },
    ]
  ) {
    assert.deepEqual(said(told({ ...overrides, nowMs: LONG_AFTER_MS })), []);
  }
});

Deno.test("tellAlerts() follows an alert of what nobody needs to measure", () => {
  const unmeasured = volume({
    fileSystem: { kind: "unknown", reason: "SampleBeforeResize", message: "grown a moment ago" },
  });
  for (
    const alert of [
      { topic: "size-limit", reason: "MaxSizeNear" },
      { topic: "request", reason: "OperatorBusy" },
      { topic: undefined, reason: "OtherGrower" },
    ] as const
  ) {
    const fading = told({ volumes: [unmeasured], events: incidents(alert), nowMs: LONG_AFTER_MS });
    assert.deepEqual(said(fading), ["InProgress"]);
  }
});

Deno.test("tellAlerts() ends the incidents of a cluster that no policy governs any more", () => {
  const released = told({ governance: { kind: "none" }, events: incidents() });
  assert.deepEqual(said(released), ["Completed NoPolicy"]);
});

for (const governance of [{ kind: "none" }, { kind: "excluded", policyName: "p" }] as const) {
  Deno.test(`tellAlerts() tells that a database has no room left, policy or not: ${governance.kind}`, () => {
    const volumes = [volume({ usedPercent: 100 })];
    assert.deepEqual(said(told({ volumes, governance })), ["raise pressure/orders-1/data"]);
    const worsened = told({ volumes, governance, events: incidents() });
    assert.deepEqual(said(worsened), ["InProgress"]);
  });
}

Deno.test("tellAlerts() lets the alert of a stop fade like any other once there is room again", () => {
  const events = incidents({ reason: "VolumeFull" });
  const fading = told({ governance: { kind: "none" }, events, nowMs: LONG_AFTER_MS });
  assert.deepEqual(said(fading), ["InProgress"]);
});

Deno.test("tellAlerts() tells after everything that helps, and wakes when an incident may be over", () => {
  const events = incidents();
  const calm: Plan = decide(view(), { defaults: policy() });
  const { plan } = tellAlerts({ ...calm, wakeAtMs: LONG_AFTER_MS }, view({ events }));
  assert.equal(plan.wakeAtMs, after(NOW_MS, MINUTE));
  const limit = volume({ usedPercent: 92, claim: { capacityBytes: volume().claim.requestBytes } });
  const kinds = told({ volumes: [limit] }).plan.actions.map((action) =>
    action.kind === "open-event" ? action.draft.eventType : action.kind
  );
  assert.ok(kinds.indexOf("alert") > kinds.indexOf("expansion"), kinds.join());
  assert.equal(kinds.at(-1), "alert");
});
