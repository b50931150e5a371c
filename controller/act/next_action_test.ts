import assert from "node:assert/strict";

import type { Action } from "../../lib/decide/plan.ts";
import { nextAction } from "./next_action.ts";
import { gibibytes, requestFor } from "./testing/drafts.ts";
import { createWorld, planOf } from "./testing/world.ts";

const [volume] = createWorld().view().volumes;
assert.ok(volume);
const annotate: Action = { kind: "annotate", annotations: {} };

const cases: Record<string, Action> = {
  "Request 15Gi for orders-1": requestFor("e", volume),
  "Have the kubelet grow the file system of orders-1": {
    kind: "nudge-pod",
    eventName: "e",
    claimName: "orders-1",
    podName: "orders-1",
    podUid: "uid",
  },
  "Declare 15Gi for data in the Cluster's spec": {
    kind: "write-back",
    eventName: "e",
    role: "data",
    field: "size",
    fromBytes: gibibytes(10),
    toBytes: gibibytes(15),
    resourceVersion: "1",
  },
  "Nothing needs to be done": annotate,
};

for (const [expected, action] of Object.entries(cases)) {
  Deno.test(`nextAction() passes over annotations and says "${expected}"`, () => {
    assert.equal(nextAction(planOf(annotate, action)), expected);
  });
}
