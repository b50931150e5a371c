// Pauses that users set, and how they end by themselves (PRD Manual Override Annotations).

import assert from "node:assert/strict";

import { NOW_MS, policy, view, volume } from "../testing/builders.ts";
import { after, HOUR } from "../units/millis.ts";
import type { Pause } from "../view/cluster.ts";
import { decide } from "./decide.ts";
import type { Plan } from "./plan.ts";

const LATER_MS = after(NOW_MS, HOUR);

function planOf(pause: Pause, nowMs = NOW_MS): Plan {
  const seen = view({ pause, nowMs, volumes: [volume({ usedPercent: 86 })] });
  return decide(seen, { defaults: policy() });
}

function opens({ actions }: Plan): boolean {
  return actions.some(({ kind }) => kind === "open-event");
}

function managed({ conditions }: Plan): readonly [string, string, string] | undefined {
  const found = conditions.find(({ type }) => type === "Managed");
  return found && [found.status, found.reason, found.message];
}

const PAUSES: readonly [string, Pause, readonly [string, string, string]][] = [
  [
    "without an end",
    { kind: "paused", pauseReason: "manual-maintenance" },
    ["False", "Paused", "Paused by annotation: manual-maintenance"],
  ],
  [
    "whose end is ahead",
    { kind: "paused", untilMs: LATER_MS },
    ["False", "Paused", "Paused by annotation (until 2026-01-01T01:00:00Z)"],
  ],
  [
    "whose end cannot be read",
    { kind: "paused", invalidUntil: "tomorrow" },
    [
      "False",
      "Paused",
      'Paused by annotation (pause-until "tomorrow" is not a time, so the pause has no end)',
    ],
  ],
];

for (const [which, pause, condition] of PAUSES) {
  Deno.test(`decide() begins nothing during a pause ${which}, and says so`, () => {
    const plan = planOf(pause);
    assert.ok(!opens(plan));
    assert.deepEqual(managed(plan), condition);
    assert.ok(plan.alerts.some(({ reason }) => reason === "Paused"));
  });
}

Deno.test("decide() wakes when a pause ends, and only then", () => {
  assert.equal(planOf({ kind: "paused", untilMs: LATER_MS }).wakeAtMs, LATER_MS);
  assert.equal(planOf({ kind: "paused" }).wakeAtMs, undefined);
  assert.equal(planOf({ kind: "paused", invalidUntil: "tomorrow" }).wakeAtMs, undefined);
});

Deno.test("decide() acts again when a pause has ended whose annotations are left, and says so", () => {
  const plan = planOf({ kind: "paused", untilMs: LATER_MS }, LATER_MS);
  assert.ok(opens(plan));
  assert.deepEqual(managed(plan), [
    "True",
    "PolicyApplied",
    "Managed by StoragePolicy default; its pause ended at 2026-01-01T01:00:00Z by pause-until",
  ]);
});
