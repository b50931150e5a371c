import assert from "node:assert/strict";
import fc from "fast-check";

import { explain } from "../explain/explain.ts";
import { anyView } from "../testing/arbitraries.ts";
import { governedBy, NOW_MS, pod, policy, view, volume } from "../testing/builders.ts";
import { after, MINUTE } from "../units/millis.ts";
import { decide } from "./decide.ts";
import type { Plan } from "./plan.ts";

const OPTIONS = { defaults: policy() };

Deno.test("decide() gives one plan for every view, the same each time, and it can be explained", () => {
  fc.assert(
    fc.property(anyView, (seen) => {
      const plan = decide(seen, OPTIONS);
      assert.deepEqual(decide(structuredClone(seen), OPTIONS), plan);
      assert.equal(plan.volumes.length, seen.volumes.length);
      assert.ok(explain(seen, plan).every((line) => line !== ""));
    }),
    { numRuns: 1500 },
  );
});

Deno.test("decide() asks only for sizes above the capacity and within the limit, whatever it sees", () => {
  fc.assert(
    fc.property(anyView, (seen) => {
      for (const action of decide(seen, OPTIONS).actions) {
        if (action.kind !== "request-size") continue;
        assert.ok(action.toBytes > action.capacityBytes, "a request must be above the capacity");
        assert.ok(action.toBytes <= action.limitBytes, "a request must be within the limit");
      }
    }),
    { numRuns: 1500 },
  );
});

Deno.test("decide() wakes only in the future", () => {
  fc.assert(
    fc.property(anyView, (seen) => {
      const { wakeAtMs } = decide(seen, OPTIONS);
      assert.ok(wakeAtMs === undefined || wakeAtMs > seen.nowMs);
    }),
    { numRuns: 1500 },
  );
});

Deno.test("decide() never acts on volumes while it is paused, a dry run, without a policy or at the end", () => {
  fc.assert(
    fc.property(anyView, fc.integer({ min: 0, max: 3 }), (seen, way) => {
      const held = [
        { ...seen, pause: { kind: "paused" } as const },
        { ...seen, governance: governedBy(policy({ dryRun: true })) },
        { ...seen, governance: { kind: "none" } as const },
        { ...seen, deleting: true },
      ][way];
      assert.ok(held);
      for (const action of decide(held, OPTIONS).actions) {
        assert.ok(!["request-size", "nudge-pod", "write-back"].includes(action.kind), action.kind);
        const opens = action.kind === "open-event" && action.draft.eventType === "expansion";
        assert.ok(!opens || action.draft.dryRun);
      }
    }),
    { numRuns: 1500 },
  );
});

Deno.test("decide() does nothing about a healthy cluster but to say once that it is managed", () => {
  const first = decide(view(), OPTIONS);
  assert.deepEqual(first.actions.map(({ kind }) => kind), ["annotate"]);
  const [action] = first.actions;
  assert.ok(action?.kind === "annotate");
  const annotations = Object.fromEntries(
    Object.entries(action.annotations).flatMap(([key, value]) =>
      value === null ? [] : [[key, value]]
    ),
  );
  const second = decide(view({ annotations, nowMs: after(NOW_MS, MINUTE) }), OPTIONS);
  assert.deepEqual(second.actions, []);
  assert.deepEqual(second.alerts, []);
  assert.equal(second.level, "ok");
});

Deno.test("decide() judges a cluster by its fullest volume, never by the average", () => {
  const volumes = [10, 10, 91].map((usedPercent, index) =>
    volume({ instance: `orders-${index + 1}`, usedPercent })
  );
  assert.equal(decide(view({ volumes }), OPTIONS).level, "emergency");
});

Deno.test("decide() starts with the fullest volume, and with another where that one may not grow", () => {
  const fullest = { instance: "orders-2", usedPercent: 89 };
  const others = [
    volume({ usedPercent: 86 }),
    volume({ instance: "orders-3", usedPercent: 87 }),
  ];
  const canary = (plan: Plan): (string | undefined)[] =>
    plan.actions.flatMap((action) =>
      action.kind === "open-event" ? action.draft.expansion?.canaryClaimName : []
    );
  const free = decide(view({ volumes: [...others, volume(fullest)] }), OPTIONS);
  assert.deepEqual(canary(free), ["orders-2"]);
  const stopped = volume({ ...fullest, pod: pod({ running: false }) });
  const held = decide(view({ volumes: [...others, stopped] }), OPTIONS);
  assert.deepEqual(canary(held), ["orders-3"]);
});

Deno.test("decide() opens one operation for each role that needs one", () => {
  const volumes = (["data", "wal", "tbs:archive"] as const).map((role) =>
    volume({ role, usedPercent: 86 })
  );
  const roles = decide(view({ volumes }), OPTIONS).actions.flatMap((action) =>
    action.kind === "open-event" ? action.draft.expansion?.role : []
  );
  assert.deepEqual(roles, ["data", "wal", "tbs:archive"]);
});

Deno.test("decide() gives all volumes of a role the same target, those that have it left out", () => {
  const larger = { capacityBytes: volume().claim.requestBytes };
  const volumes = [
    volume({ usedPercent: 86 }),
    volume({ instance: "orders-2", claim: larger }),
    volume({ instance: "orders-3", claim: { deleting: true } }),
  ];
  const [action] = decide(view({ volumes }), OPTIONS).actions;
  assert.ok(action?.kind === "open-event");
  const members = action.draft.status.volumes.map(({ claimName }) => claimName);
  assert.deepEqual(members, ["orders-1", "orders-2"]);
});
