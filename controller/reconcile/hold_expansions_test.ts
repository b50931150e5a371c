import assert from "node:assert/strict";
import type { OpenEvent, Plan, VolumeJudgement } from "../../lib/decide/plan.ts";
import { ANNOTATION } from "../../lib/policy/annotation_keys.ts";
import { volume } from "../../lib/testing/builders.ts";
import { openExpansion } from "../act/testing/drafts.ts";
import { planOf } from "../act/testing/world.ts";
import { holdExpansions } from "./hold_expansions.ts";
import { annotateAction, view } from "./testing/plans.ts";

const UNREADABLE = { resource: "storageevents", key: "shop/orders-expansion-20260101-000000" };

const VIEW = view({ volumes: [volume({ instance: "orders-1" })] });

function planAt(level: VolumeJudgement["level"], draft: Partial<OpenEvent["draft"]> = {}): Plan {
  const open = openExpansion(VIEW);
  const judgement: VolumeJudgement = {
    instance: "orders-1",
    role: "data",
    level,
    reason: "AboveExpansion",
    message: "86 %",
  };
  const opening: OpenEvent = { ...open, draft: { ...open.draft, ...draft } };
  return { ...planOf(opening, annotateAction()), volumes: [judgement] };
}

Deno.test("holdExpansions() holds what can wait: also what is scheduled, or follows its siblings unmeasured", () => {
  const plans: [string, Plan][] = [
    ["routine", planAt("expansion")],
    ["scheduled", planAt("ok", { trigger: "scheduled" })],
    ["without a measurement", planAt("unknown", { reason: "SiblingsLarger" })],
    ["not judged", { ...planAt("expansion"), volumes: [] }],
  ];
  for (const [what, plan] of plans) {
    const { actions } = holdExpansions(plan, VIEW, [UNREADABLE]);
    assert.deepEqual(actions.map(({ kind }) => kind), ["annotate"], what);
  }
});

Deno.test("holdExpansions() says why", () => {
  const held = holdExpansions(planAt("expansion"), VIEW, [UNREADABLE]);
  assert.match(held.trace[0]?.message ?? "", /orders-expansion-20260101-000000 cannot be read/);
  assert.equal(held.trace[0]?.passed, false);
  assert.equal(held.trace[0]?.reason, "EventUnreadable");
  assert.deepEqual(held.alerts.map(({ reason, severity }) => [reason, severity]), [
    ["EventUnreadable", "warning"],
  ]);
});

Deno.test("holdExpansions() lets no annotation tell of an expansion that has not begun", () => {
  const plan = planAt("expansion");
  const request = {
    [ANNOTATION.targetSize]: "15Gi",
    [ANNOTATION.expansionRequested]: "2026-01-01T00:00:00Z",
    [ANNOTATION.expansionReason]: "threshold-breach-85",
    [ANNOTATION.lastCheck]: "2026-01-01T00:00:00Z",
  };
  const usage = { [ANNOTATION.currentUsagePercent]: "86" };
  const lastCheck = { [ANNOTATION.lastCheck]: "2026-01-01T00:00:00Z" };
  const other = { ...request, [ANNOTATION.targetSize]: "40Gi" };
  const cases: [Record<string, string>, Record<string, string>[]][] = [
    [request, []],
    [{ ...request, ...usage }, [{ ...usage, ...lastCheck }]],
    [other, [other]],
  ];
  for (const [annotations, expected] of cases) {
    const actions = [...plan.actions.slice(0, 1), { kind: "annotate", annotations } as const];
    const held = holdExpansions({ ...plan, actions }, VIEW, [UNREADABLE]);
    assert.deepEqual(
      held.actions.map((action) => action.kind === "annotate" && action.annotations),
      expected,
    );
  }
});

Deno.test("holdExpansions() yields to an emergency, a rescue and a user, and leaves dry runs alone", () => {
  const plans: [string, Plan][] = [
    ["emergency", planAt("emergency")],
    ["full", planAt("full")],
    ["manual", planAt("expansion", { trigger: "manual" })],
    ["dry run", planAt("expansion", { dryRun: true })],
    ["no expansion", planAt("expansion", { expansion: undefined })],
    ["nothing to hold", planOf(annotateAction())],
  ];
  for (const [what, plan] of plans) {
    assert.equal(holdExpansions(plan, VIEW, [UNREADABLE]), plan, what);
  }
});

Deno.test("holdExpansions() holds nothing for what cannot be an expansion of the cluster", () => {
  const others = [
    { resource: "storageevents", key: "bank/orders-expansion-20260101-000000" },
    { resource: "storageevents", key: "shop/orders-eu-expansion-20260101-000000" },
    { resource: "storageevents", key: "shop/orders-alert-20260101-000000" },
    { resource: "storagepolicies", key: "shop/orders-expansion-20260101-000000" },
  ];
  const plan = planAt("expansion");
  assert.equal(holdExpansions(plan, VIEW, others), plan);
});
