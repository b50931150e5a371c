import assert from "node:assert/strict";
import { planOf } from "../act/testing/world.ts";
import { view } from "./testing/plans.ts";
import { timeDecisions } from "./time_decisions.ts";

Deno.test("timeDecisions() decides as before and tells how long that took", () => {
  let nowMs = 100;
  const told: number[] = [];
  const plan = planOf();
  const decide = timeDecisions(
    () => {
      nowMs += 0.25;
      return plan;
    },
    {
      metrics: { decisionMade: (durationMs) => void told.push(durationMs) },
      clock: { monotonic: () => nowMs },
    },
  );
  assert.equal(decide(view()), plan);
  assert.deepEqual(told, [0.25]);
});
