import { deepEqual, equal } from "node:assert/strict";
import { millis } from "../units/millis.ts";
import { conditionObjects } from "./condition.ts";
import type { Condition } from "./event.ts";

const CLOSED: Condition = {
  type: "Conflicting",
  status: "False",
  reason: "NoConflict",
  message: "No conflict.",
};

Deno.test("conditionObjects() gives a new condition the present time", () => {
  deepEqual(conditionObjects([CLOSED], { previous: [], nowMs: millis(0), observedGeneration: 4 }), [
    {
      ...CLOSED,
      lastTransitionTime: "1970-01-01T00:00:00Z",
      observedGeneration: 4,
    },
  ]);
});

Deno.test("conditionObjects() keeps the time while the status stays the same", () => {
  const previous = conditionObjects([CLOSED], { previous: [], nowMs: millis(0) });
  const reworded = { ...CLOSED, message: "Still none." };
  const again = conditionObjects([reworded], { previous, nowMs: millis(5_000) });
  equal(again[0]?.lastTransitionTime, "1970-01-01T00:00:00Z");
  equal(again[0]?.message, "Still none.");
});

Deno.test("conditionObjects() moves the time when the status changes", () => {
  const previous = conditionObjects([CLOSED], { previous: [], nowMs: millis(0) });
  const changed = { ...CLOSED, status: "True" } as const;
  const [condition] = conditionObjects([changed], { previous, nowMs: millis(5_000) });
  equal(condition?.lastTransitionTime, "1970-01-01T00:00:05Z");
});

Deno.test("conditionObjects() gives a time to a condition that had none", () => {
  const previous = [{ type: "Conflicting", status: "False" } as const];
  const [condition] = conditionObjects([CLOSED], { previous, nowMs: millis(5_000) });
  equal(condition?.lastTransitionTime, "1970-01-01T00:00:05Z");
});
