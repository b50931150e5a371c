import { deepEqual } from "node:assert/strict";
import { decide } from "../decide/decide.ts";
import { expansionEvent, NOW_MS, policy, progressOf, view, volume } from "../testing/builders.ts";
import { after, DAY, HOUR, millis } from "../units/millis.ts";
import { staleness } from "./stale_operation.ts";

const FIRST = volume();
const SECOND = volume({ instance: "orders-2" });
const STALE_MS = millis(2 * HOUR);

const OPERATION = expansionEvent([
  progressOf(FIRST, { step: "Verified", finishedAtMs: after(NOW_MS, HOUR) }),
  progressOf(SECOND),
], { status: { phase: "InProgress" } });

Deno.test("staleness() counts from the last step", () => {
  const staleAtMs = after(NOW_MS, 3 * HOUR);
  deepEqual(staleness(OPERATION, after(staleAtMs, -1), STALE_MS), { kind: "fresh", staleAtMs });
});

Deno.test("staleness() ends what was not done, and leaves what was", () => {
  const nowMs = after(NOW_MS, 3 * HOUR);
  const found = staleness(OPERATION, nowMs, STALE_MS);
  if (found.kind === "fresh") throw new TypeError("expected a stale operation");
  const { phase, completedAtMs, volumes, writeBack, conditions } = found.status;
  deepEqual([phase, completedAtMs, writeBack.state], ["Failed", nowMs, "skipped"]);
  deepEqual(volumes.map(({ step, failure }) => [step, failure?.reason]), [
    ["Verified", undefined],
    ["Failed", "OperationStale"],
  ]);
  deepEqual(conditions, [{
    type: "Complete",
    status: "False",
    reason: "OperationStale",
    message: "Nothing has happened for 2 h",
  }]);
});

Deno.test("decide() ends an operation that a pause has held for a day, and wakes for that", () => {
  const paused = view({
    pause: { kind: "paused" },
    volumes: [FIRST],
    events: [expansionEvent([progressOf(FIRST)])],
  });
  const options = { defaults: policy() };
  deepEqual(decide(paused, options).wakeAtMs, after(NOW_MS, DAY));
  const { actions } = decide({ ...paused, nowMs: after(NOW_MS, DAY) }, options);
  deepEqual(
    actions.flatMap((action) => action.kind === "record-status" ? action.status.phase : []),
    ["Failed"],
  );
});
