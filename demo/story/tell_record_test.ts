import assert from "node:assert/strict";

import type { JsonObject } from "../../kube/api.ts";
import { tellRecord } from "./tell_record.ts";

const BREAKER: JsonObject = { eventType: "circuit-breaker" };
const EXPANSION: JsonObject = {
  eventType: "expansion",
  dryRun: true,
  expansion: { requestedSize: "15Gi", canary: "orders-1" },
};

function event(spec: JsonObject, phase?: string): JsonObject {
  return {
    spec,
    ...(phase === undefined ? {} : { status: { phase, circuitBreaker: { failures: 2 } } }),
  };
}

const CASES: readonly (readonly [
  what: string,
  before: JsonObject,
  after: JsonObject,
  text: string | undefined,
])[] = [
  [
    "a breaker that opens",
    event(BREAKER),
    event(BREAKER, "InProgress"),
    "opens the circuit breaker after 2 failures",
  ],
  [
    "a breaker that closes",
    event(BREAKER, "InProgress"),
    event(BREAKER, "Completed"),
    "closes the circuit breaker: it has grown",
  ],
  [
    "a breaker that has failed once more nothing",
    event(BREAKER, "InProgress"),
    event(BREAKER, "InProgress"),
    undefined,
  ],
  [
    "a dry run",
    event(EXPANSION),
    event(EXPANSION, "Completed"),
    "would ask for 15 GiB for orders-1, and only records it",
  ],
  ["an event that has just been made nothing", {}, event(EXPANSION), undefined],
  [
    "an expansion nothing",
    event({ ...EXPANSION, dryRun: false }),
    event({ ...EXPANSION, dryRun: false }, "Completed"),
    undefined,
  ],
];

for (const [what, before, after, text] of CASES) {
  Deno.test(`tellRecord() tells ${what}`, () => {
    assert.equal(tellRecord(before, after)?.text, text);
  });
}
