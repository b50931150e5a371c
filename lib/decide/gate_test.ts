// Goal: the gate yields to urgency exactly as the table in DESIGN §5 says.
// Method: the table as data; each cell is one cluster that is healthy but for the gate and the urgency.

import assert from "node:assert/strict";

import type { Event } from "../event/event.ts";
import {
  claim,
  expansionEvent,
  gibibytes,
  governedBy,
  NOW_MS,
  pod,
  policy,
  progressOf,
  sampled,
  view,
  volume,
  type VolumeFields,
} from "../testing/builders.ts";
import { clusterOf } from "../testing/gate_cluster.ts";
import { GATE_TABLE, minutesAgo, type Outcome, STALE, URGENCIES } from "../testing/gate_table.ts";
import type { ClusterView } from "../view/cluster.ts";
import { decide } from "./decide.ts";
import type { Plan } from "./plan.ts";

function outcomeOf(plan: Plan): Outcome {
  for (const action of plan.actions) {
    if (action.kind !== "open-event" || action.draft.expansion === undefined) continue;
    assert.equal(action.draft.expansion.canaryClaimName, "orders-1");
    return action.draft.dryRun ? "records" : "acts";
  }
  return plan.trace.find(({ passed }) => !passed)?.reason ?? "none";
}

for (const row of GATE_TABLE) {
  Deno.test(`decide() yields as the gate table says: ${row.name}`, () => {
    const outcomes = URGENCIES.map((urgency) => {
      const plan = decide(clusterOf(row, urgency), { defaults: policy() });
      return outcomeOf(plan);
    });
    assert.deepEqual(outcomes, row.outcomes);
  });
}

Deno.test("decide() asks nothing of a claim where the gate holds", () => {
  for (const row of GATE_TABLE) {
    for (const urgency of URGENCIES) {
      const plan = decide(clusterOf(row, urgency), { defaults: policy() });
      const asks = plan.actions.filter(({ kind }) => kind === "request-size");
      assert.deepEqual(asks, [], `${row.name}, ${urgency}`);
    }
  }
});

Deno.test("decide() never keeps a rescue that is held to itself", () => {
  for (const row of GATE_TABLE) {
    const { alerts } = decide(clusterOf(row, "rescue"), { defaults: policy() });
    assert.ok(alerts.some(({ severity }) => severity === "critical"), row.name);
  }
});

function grownAt(minutes: number): Event {
  const atMs = minutesAgo(minutes);
  return expansionEvent([progressOf(volume(), { step: "Verified", finishedAtMs: atMs })], {
    createdAtMs: atMs,
    status: { phase: "Completed", completedAtMs: atMs, writeBack: { state: "done" } },
  });
}

Deno.test("decide() rescues without a sample only on the operator's evidence", () => {
  const exit = { code: 4, atMs: minutesAgo(5) };
  const full: VolumeFields = { fileSystem: STALE, pod: pod({ postgresExit: exit }) };
  const lateExit = { ...full, pod: pod({ postgresExit: { code: 4, atMs: minutesAgo(3) } }) };
  const cases: readonly [string, VolumeFields, Partial<ClusterView>, Outcome][] = [
    ["phase, exit code and no growth", full, {}, "acts"],
    ["another phase", full, { operator: { phase: "", diskFull: false } }, "none"],
    [
      "another exit code",
      { ...full, pod: pod({ postgresExit: { ...exit, code: 1 } }) },
      {},
      "none",
    ],
    ["no exit", { ...full, pod: pod() }, {}, "none"],
    ["grown since that exit", full, { events: [grownAt(4)] }, "none"],
    ["grown moments ago, by a clock that is ahead", lateExit, { events: [grownAt(14)] }, "none"],
    ["ended again long after it has grown", lateExit, { events: [grownAt(15)] }, "acts"],
    ["above the declared size", { ...full, claim: { capacityBytes: gibibytes(11) } }, {}, "none"],
    ["no declared size", full, { declaredSizes: [] }, "none"],
    ["pg_wal lies elsewhere", { ...full, holdsWal: false }, {}, "none"],
    ["a sample that shows room", { ...full, fileSystem: sampled(50) }, {}, "none"],
    ["a sample that shows none", { ...full, fileSystem: sampled(100) }, {}, "acts"],
  ];
  for (const [name, fields, cluster, expected] of cases) {
    const plan = decide(
      view({ volumes: [volume(fields)], operator: { phase: "", diskFull: true }, ...cluster }),
      { defaults: policy() },
    );
    assert.equal(outcomeOf(plan), expected, name);
  }
});

Deno.test("decide() rescues a cluster that it never saw before, whose limit is a multiple of its size", () => {
  const full = volume({
    fileSystem: STALE,
    claim: claim(),
    pod: pod({ postgresExit: { code: 4, atMs: NOW_MS } }),
  });
  const plan = decide(
    view({
      volumes: [full],
      firstSeenSizes: [],
      operator: { phase: "", diskFull: true },
      governance: governedBy(policy({ expansion: { maxSizeBytes: undefined } })),
    }),
    { defaults: policy() },
  );
  const [action] = plan.actions;
  assert.equal(action?.kind === "open-event" && action.draft.expansion?.limitBytes, gibibytes(40));
});

Deno.test("decide() waits for the first size to be recorded where no maxSize is set, but for a rescue", () => {
  const governance = governedBy(policy({ expansion: { maxSizeBytes: undefined } }));
  for (const usedPercent of [86, 95]) {
    const overrides = { volumes: [volume({ usedPercent })], governance };
    const fresh = decide(view({ ...overrides, firstSeenSizes: [] }), { defaults: policy() });
    assert.equal(outcomeOf(fresh), "FirstSizeUnknown");
    assert.equal(outcomeOf(decide(view(overrides), { defaults: policy() })), "acts");
  }
});

Deno.test("decide() counts a lost first size from the smallest size that an expansion began with", () => {
  const grown = volume({ usedPercent: 86, claim: { capacityBytes: gibibytes(40) } });
  const past = expansionEvent([progressOf(grown, { originalBytes: gibibytes(10) })], {
    createdAtMs: minutesAgo(600),
    status: { phase: "Completed", completedAtMs: minutesAgo(590), writeBack: { state: "done" } },
  });
  const governance = governedBy(policy({ expansion: { maxSizeBytes: undefined } }));
  const plan = decide(view({ volumes: [grown], firstSeenSizes: [], events: [past], governance }), {
    defaults: policy(),
  });
  assert.equal(outcomeOf(plan), "MaxSizeReached");
});
