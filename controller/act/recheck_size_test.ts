import assert from "node:assert/strict";
import fc from "fast-check";

import { bytes } from "../../lib/units/bytes.ts";
import type { ClaimFacts } from "./ports.ts";
import { recheckSize, type SizeCheck } from "./recheck_size.ts";
import { gibibytes, requestFor } from "./testing/drafts.ts";
import { createWorld } from "./testing/world.ts";

const [volume] = createWorld().view().volumes;
assert.ok(volume);
const raise = requestFor("event", volume);
const lower = { ...raise, lowering: true, expectedRequestBytes: gibibytes(50) };
const claim: ClaimFacts = volume.claim;

const cases: Record<string, [Parameters<typeof recheckSize>, SizeCheck["kind"]]> = {
  "a claim below the target": [[raise, claim], "write"],
  "a claim that asks for the target": [
    [raise, { ...claim, requestBytes: gibibytes(15) }],
    "already",
  ],
  "a claim that asks for more": [[raise, { ...claim, requestBytes: gibibytes(18) }], "already"],
  "a volume that the provider rounded up": [
    [raise, { ...claim, capacityBytes: gibibytes(16) }],
    "already",
  ],
  "a claim that is gone": [[raise, undefined], "stale"],
  "another claim of the same name": [[raise, { ...claim, uid: "other" }], "stale"],
  "a claim that is being deleted": [[raise, { ...claim, deleting: true }], "stale"],
  "a claim that is not bound": [[raise, { ...claim, capacityBytes: undefined }], "stale"],
  "a target above the limit": [[{ ...raise, limitBytes: gibibytes(14) }, claim], "refuse"],
  "a failed request to lower": [[lower, { ...claim, requestBytes: gibibytes(50) }], "write"],
  "a request to lower what somebody else has asked for meanwhile": [
    [lower, { ...claim, requestBytes: gibibytes(60) }],
    "stale",
  ],
  "a failed request to lower whose status says so": [
    [lower, {
      ...claim,
      requestBytes: gibibytes(50),
      resizeStatus: "ControllerResizeInfeasible",
    }],
    "write",
  ],
  "a claim that is being resized": [
    [raise, { ...claim, resizeStatus: "NodeResizePending" }],
    "stale",
  ],
  "a claim for which somebody else has asked a moment ago": [
    [raise, { ...claim, requestBytes: gibibytes(12) }],
    "stale",
  ],
  "a request that is lowered already": [
    [lower, { ...claim, requestBytes: gibibytes(15) }],
    "already",
  ],
  "a request to lower below the capacity": [
    [lower, { ...claim, requestBytes: gibibytes(50), capacityBytes: gibibytes(15) }],
    "stale",
  ],
};

for (const [name, [[action, facts], expected]] of Object.entries(cases)) {
  Deno.test(`recheckSize() answers ${expected} for ${name}`, () => {
    assert.equal(recheckSize(action, facts).kind, expected);
  });
}

Deno.test("recheckSize() lets only sizes through that are above the capacity and within the limit", () => {
  const size = fc.integer({ min: 0, max: 100 }).map(bytes);
  fc.assert(fc.property(
    fc.record({ request: size, capacity: size, target: size, limit: size }),
    fc.boolean(),
    ({ request, capacity, target, limit }, lowering) => {
      const action = {
        ...raise,
        toBytes: target,
        limitBytes: limit,
        expectedRequestBytes: request,
        lowering,
      };
      const facts = { ...claim, requestBytes: request, capacityBytes: capacity };
      if (recheckSize(action, facts).kind !== "write") return true;
      return target > capacity && target <= limit &&
        (lowering ? target < request : target > request);
    },
  ));
});
