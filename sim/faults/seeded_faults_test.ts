import assert from "node:assert/strict";

import { POD } from "../../kube/resources.ts";
import { createSeededRandom } from "../random/seeded_random.ts";
import type { Call, Fault } from "./fault_plan.ts";
import { noFaults } from "./no_faults.ts";
import {
  createSeededFaults,
  DELAY_MS_MAX,
  type FaultRates,
  USUAL_FAULT_RATES,
} from "./seeded_faults.ts";

const NONE: FaultRates = {
  tooManyRequests: 0,
  serverErrors: 0,
  requestsLost: 0,
  answersLost: 0,
  delays: 0,
  watchesCut: 0,
  watchesDeaf: 0,
  watchesExpired: 0,
};

function callOf(verb: Call["verb"]): Call {
  return { user: "u", verb, resource: POD, name: { name: "" }, dryRun: false };
}

function draw(
  rates: FaultRates,
  verb: Call["verb"],
  calls = 2_000,
): readonly (Fault | undefined)[] {
  const plan = createSeededFaults(createSeededRandom(7), rates);
  return Array.from({ length: calls }, () => plan(callOf(verb)));
}

Deno.test("createSeededFaults() draws each fault at its rate, for the verbs that it can happen to", () => {
  const cases: readonly [keyof FaultRates, Fault["kind"], readonly Call["verb"][]][] = [
    ["tooManyRequests", "refused", ["get", "patch", "watch"]],
    ["serverErrors", "refused", ["get", "patch", "watch"]],
    ["requestsLost", "request-lost", ["get", "patch", "watch"]],
    ["answersLost", "answer-lost", ["get", "patch"]],
    ["delays", "delayed", ["get", "patch", "watch"]],
    ["watchesCut", "watch-cut", ["watch"]],
    ["watchesDeaf", "watch-deaf", ["watch"]],
    ["watchesExpired", "refused", ["watch"]],
  ];
  for (const [rate, kind, verbs] of cases) {
    for (const verb of ["get", "patch", "watch"] as const) {
      const faults = draw({ ...NONE, [rate]: 0.25 }, verb).filter((fault) => fault !== undefined);
      assert.ok(faults.every((fault) => fault.kind === kind), `${rate} ${verb}`);
      const share = faults.length / 2_000;
      if (verbs.includes(verb)) {
        assert.ok(share > 0.21 && share < 0.29, `${rate} ${verb}: ${share}`);
      } else assert.equal(share, 0, `${rate} ${verb}`);
    }
  }
});

Deno.test("createSeededFaults() refuses as an API server does", () => {
  const refusals = [
    ...draw({ ...NONE, tooManyRequests: 1 }, "get", 50),
    ...draw({ ...NONE, serverErrors: 1 }, "get", 50),
    ...draw({ ...NONE, watchesExpired: 1 }, "watch", 5),
  ].map((fault) => fault?.kind === "refused" ? `${fault.code} ${fault.reason}` : fault?.kind);
  assert.deepEqual([...new Set(refusals)].sort(), [
    "410 Expired",
    "429 TooManyRequests",
    "500 InternalError",
    "503 ServiceUnavailable",
  ]);
});

Deno.test("delays are within their bounds, and some outlast the client's deadline", () => {
  const durations = draw({ ...NONE, delays: 1 }, "get").map((fault) =>
    fault?.kind === "delayed" ? fault.durationMs : NaN
  );
  assert.ok(durations.every((durationMs) => durationMs >= 0 && durationMs <= DELAY_MS_MAX));
  assert.ok(durations.some((durationMs) => durationMs > 10_000));
});

Deno.test("the same seed plans the same faults", () => {
  assert.deepEqual(draw(USUAL_FAULT_RATES, "watch"), draw(USUAL_FAULT_RATES, "watch"));
});

Deno.test("createSeededFaults() refuses rates that are no shares or too many", () => {
  const random = createSeededRandom(1);
  for (
    const rates of [
      { ...NONE, delays: -0.1 },
      { ...NONE, answersLost: 1.1 },
      { ...NONE, requestsLost: 0.6, watchesCut: 0.6 },
      { ...NONE, delays: NaN },
    ]
  ) {
    assert.throws(() => createSeededFaults(random, rates), RangeError);
  }
});

Deno.test("noFaults() lets every call fare as it should", () => {
  assert.equal(noFaults(), undefined);
});
