import assert from "node:assert/strict";
import fc from "fast-check";
import type { Action } from "../../lib/decide/plan.ts";
import { explainAction, explainHold, NOTHING_TO_DO } from "../../lib/explain/explain.ts";
import { isReason, REASONS } from "../../lib/explain/reasons.ts";
import { expansionEvent, progressOf, volume } from "../../lib/testing/builders.ts";
import { holdOf } from "./hold.ts";

const reasons = fc.constantFrom(...Object.keys(REASONS).filter(isReason));
const subjects = fc.option(fc.constantFrom("orders-1/data", "orders-1/tbs:archive"), {
  nil: undefined,
});

Deno.test("holdOf() finds the reason of every sentence that the manager writes of a hold", () => {
  fc.assert(fc.property(reasons, subjects, fc.string(), (reason, subject, message) => {
    const nextAction = explainHold({ reason, subject, message, passed: false });
    assert.equal(holdOf({ nextAction }), reason);
  }));
});

const ACTIONS: readonly Action[] = [
  { kind: "open-event", draft: expansionEvent([progressOf(volume())]) },
  { kind: "nudge-pod", eventName: "a", claimName: "b", podName: "c", podUid: "d" },
  { kind: "annotate", annotations: { a: "b" } },
];

Deno.test("holdOf() finds none in what the manager does, and where it has nothing to do", () => {
  for (const nextAction of [...ACTIONS.map(explainAction), NOTHING_TO_DO, undefined]) {
    assert.equal(holdOf({ nextAction }), undefined);
  }
});
