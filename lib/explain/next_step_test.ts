import assert from "node:assert/strict";

import type { Action, Check, VolumeJudgement } from "../decide/plan.ts";
import type { VolumeStep } from "../event/event.ts";
import { expansionEvent, progressOf, volume } from "../testing/builders.ts";
import { explainAction, explainHold } from "./explain.ts";
import { explainNextStep } from "./next_step.ts";

const ANNOTATE: Action = { kind: "annotate", annotations: {} };
const RECORD: Action = {
  kind: "record-status",
  eventName: "orders-expansion",
  resourceVersion: "1",
  status: {
    phase: "InProgress",
    volumes: [],
    writeBack: { state: "pending" },
    conditions: [],
  },
};
const NUDGE: Action = {
  kind: "nudge-pod",
  eventName: "orders-expansion",
  claimName: "orders-1",
  podName: "orders-1",
  podUid: "pod-orders-1",
};
const PASSED: Check = { reason: "BreakerClosed", message: "The breaker is closed", passed: true };
const HELD: Check = { reason: "Paused", message: "A user has paused it", passed: false };

Deno.test("explainNextStep() says what is done, in the words of explain()", () => {
  const next = explainNextStep(
    { actions: [ANNOTATE, RECORD, NUDGE], trace: [HELD], volumes: [] },
    [],
  );
  assert.equal(next, explainAction(NUDGE));
});

Deno.test("explainNextStep() says what stands in the way when only records are written", () => {
  const next = explainNextStep(
    { actions: [ANNOTATE, RECORD], trace: [PASSED, HELD], volumes: [] },
    [],
  );
  assert.equal(next, explainHold(HELD));
});

Deno.test("explainNextStep() says that nothing is to be done when every check was passed", () => {
  assert.equal(
    explainNextStep({ actions: [], trace: [PASSED], volumes: [] }, []),
    "Nothing is to be done",
  );
});

Deno.test("explainNextStep() names the volumes that nobody has measured", () => {
  const unknown: VolumeJudgement = {
    instance: "orders-1",
    role: "wal",
    level: "unknown",
    reason: "NoSample",
    message: "",
  };
  const known: VolumeJudgement = { ...unknown, instance: "orders-2", level: "ok" };
  const next = explainNextStep({ actions: [], trace: [PASSED], volumes: [unknown, known] }, []);
  assert.equal(next, "Waits for a measurement of orders-1/wal");
});

Deno.test("explainNextStep() says what an operation under way waits for", () => {
  const cases: readonly (readonly [VolumeStep, string])[] = [
    ["Queued", "Goes on with StorageEvent orders-expansion"],
    ["Requested", "Waits for the storage provider to grow PVC orders-1"],
    ["ControllerResized", "Waits for the file system on PVC orders-1 to grow"],
    ["Verified", "Goes on with StorageEvent orders-expansion"],
    ["Failed", "Goes on with StorageEvent orders-expansion"],
  ];
  for (const [step, sentence] of cases) {
    const operation = expansionEvent([progressOf(volume({ instance: "orders-1" }), { step })], {
      name: "orders-expansion",
    });
    const next: string = explainNextStep(
      { actions: [RECORD], trace: [HELD], volumes: [] },
      [operation],
    );
    assert.equal(next, sentence);
  }
});
