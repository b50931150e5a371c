import assert from "node:assert/strict";

import {
  expansionEvent,
  gibibytes,
  NOW_MS,
  policy,
  progressOf,
  view,
  volume,
} from "../testing/builders.ts";
import { after, HOUR } from "../units/millis.ts";
import { decide } from "./decide.ts";
import { withEnds } from "./ending_operations.ts";
import type { Plan } from "./plan.ts";

/** An operation that began longer ago than any cooldown, on a volume that has grown and is too full again. */
function ending(usedPercent: number): Plan {
  const grown = volume({ usedPercent });
  const operation = expansionEvent([progressOf(grown, { step: "Verified" })], {
    createdAtMs: after(NOW_MS, -HOUR),
    status: { startedAtMs: after(NOW_MS, -HOUR), writeBack: { state: "done" } },
  });
  return decide(view({ volumes: [grown], events: [operation] }), { defaults: policy() });
}

function opens(plan: Plan): boolean {
  return plan.actions.some((action) =>
    action.kind === "open-event" && action.draft.eventType === "expansion"
  );
}

Deno.test("decide() lets a role rest from the plan on that ends its operation", () => {
  const plan = ending(86);
  assert.ok(
    plan.actions.some((action) =>
      action.kind === "record-status" && action.status.completedAtMs === NOW_MS
    ),
  );
  assert.ok(!opens(plan));
  assert.ok(plan.trace.some(({ reason, passed }) => reason === "CooldownActive" && !passed));
});

Deno.test("decide() lets no emergency wait for an operation that ends", () => {
  assert.ok(opens(ending(95)));
});

Deno.test("withEnds() leaves a view as it is in which nothing ends", () => {
  const present = view({ volumes: [volume({ claim: { requestBytes: gibibytes(10) } })] });
  assert.equal(withEnds(present, []), present);
});
