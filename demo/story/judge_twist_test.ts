import assert from "node:assert/strict";

import { PHASE } from "../../sim/operator/names.ts";
import { quietEvidence } from "../testing/evidence.ts";
import type { Evidence, Told } from "./evidence.ts";
import { judgeTwist } from "./judge_twist.ts";

type Found = Partial<Evidence>;

const FAILED: Told = { eventType: "expansion", phase: "Failed", dryRun: false };
const CLOSED: Told = { eventType: "circuit-breaker", phase: "Completed", dryRun: false };
const FORESEEN: Told = {
  eventType: "expansion",
  phase: "Completed",
  dryRun: false,
  reason: "TimeToFullShort",
};

function told(...events: readonly Told[]): Found {
  return { events: new Map(events.map((event, index) => [`event-${index}`, event])) };
}

const RESCUED: Found = { foundDown: true, phases: new Set([PHASE.diskFull, PHASE.healthy]) };
const BREAKER: Found = {
  ...told(FAILED, CLOSED),
  conditions: new Map([["CircuitBreakerOpen", "passed"]]),
};
const AHEAD: Found = { ...told(FORESEEN), requestedAtShare: 0.73 };

const CASES: readonly (readonly [
  what: string,
  kind: "rescued" | "foreseen" | "breaker",
  found: Found,
  missing: RegExp | undefined,
])[] = [
  ["a cluster that was found frozen and runs", "rescued", RESCUED, undefined],
  ["one that ran all the while", "rescued", { ...RESCUED, foundDown: false }, /no server was down/],
  ["one that was never frozen", "rescued", { ...RESCUED, phases: new Set() }, /never said Not/],
  ["one that is frozen still", "rescued", { ...RESCUED, phase: PHASE.diskFull }, /says Not enough/],
  ["a request before the percentage", "foreseen", AHEAD, undefined],
  ["a request for another reason", "foreseen", { ...AHEAD, ...told(FAILED) }, /TimeToFullShort/],
  ["a breaker that opened and closed", "breaker", BREAKER, undefined],
  ["no failure", "breaker", { ...BREAKER, ...told(CLOSED) }, /no expansion has failed/],
  ["a breaker without a record", "breaker", { ...BREAKER, ...told(FAILED) }, /breakers are none/],
  [
    "a breaker that is open",
    "breaker",
    { ...BREAKER, ...told(FAILED, { ...CLOSED, phase: "open" }) },
    /breakers are open/,
  ],
  ["a breaker in no condition", "breaker", { ...BREAKER, conditions: new Map() }, /is never true/],
];

for (const [what, kind, found, missing] of CASES) {
  const verdict = missing === undefined ? "takes" : "does not take";
  Deno.test(`judgeTwist() ${verdict} ${what} for ${kind}`, async () => {
    const { demands, harm } = judgeTwist({ kind }, { ...await quietEvidence(), ...found });
    const [first] = demands.filter(({ met }) => !met);
    assert.equal(harm, undefined);
    if (missing === undefined) assert.equal(first, undefined);
    else assert.match(first?.missing ?? "", missing);
  });
}

Deno.test("judgeTwist() sees servers that do not run", async () => {
  const evidence = { ...await quietEvidence(), ...RESCUED };
  const { cluster } = evidence;
  const instances = cluster.instances.map((instance) => ({
    ...instance,
    postgres: { ...instance.postgres, state: { kind: "stopped" } as const },
  }));
  const { demands } = judgeTwist({ kind: "rescued" }, {
    ...evidence,
    cluster: { ...cluster, instances },
  });
  assert.match(demands.find(({ met }) => !met)?.missing ?? "", /orders-1, orders-2, orders-3 does/);
});

Deno.test("judgeTwist() takes a request at the percentage for harm", async () => {
  const late = { ...await quietEvidence(), ...AHEAD, requestedAtShare: 0.85 };
  assert.match(judgeTwist({ kind: "foreseen" }, late).harm ?? "", /at 85 %/);
});

Deno.test("judgeTwist() takes a request while the breaker is open for harm", async () => {
  const wild = { ...await quietEvidence(), ...BREAKER, askedWhileOpen: true };
  assert.match(judgeTwist({ kind: "breaker" }, wild).harm ?? "", /while the circuit breaker/);
});
