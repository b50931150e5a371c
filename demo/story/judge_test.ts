import assert from "node:assert/strict";

import { GIBIBYTE } from "../../lib/units/bytes.ts";
import { MINUTE } from "../../lib/units/millis.ts";
import type { Expectation } from "../../sim/mod.ts";
import type { Incident, Twist } from "../incidents.ts";
import type { Outcome } from "../scene.ts";
import { quietEvidence } from "../testing/evidence.ts";
import type { Evidence, Told } from "./evidence.ts";
import { judge } from "./judge.ts";

function incident(expected: Expectation, twist?: Twist): Incident {
  return {
    namespace: "shop",
    name: "orders",
    scenario: {
      name: "test",
      incident: "something",
      cluster: { dataBytes: 10 * GIBIBYTE },
      durationMs: 8 * MINUTE,
      expected,
    },
    twist,
  };
}

const GROWN: Expectation = { outcome: "grown", role: "data", atLeastBytes: 15 * GIBIBYTE };
const TOLD: Expectation = { outcome: "told", role: "data", reason: "StorageClassFixed" };
const FAILED: Expectation = { outcome: "failed", role: "data", reason: "ResizeInfeasible" };
const RECORDED: Expectation = { outcome: "recorded", role: "data" };
const UNTOUCHED: Expectation = { outcome: "untouched" };
const PARTLY: Expectation = {
  outcome: "partly",
  role: "data",
  atLeastBytes: 15 * GIBIBYTE,
  missingSerial: 3,
  reason: "FileSystemDeadline",
};

const EMPTIES: Twist = { kind: "empties", role: "data" };

const PENDING: Outcome = { kind: "pending" };

function judged(
  expected: Expectation,
  evidence: Evidence,
  { atMs = MINUTE, isOver = false, before = PENDING }: Partial<Parameters<typeof judge>[2]> = {},
): Outcome {
  return judge(incident(expected), evidence, { atMs, isOver, before });
}

function events(phase: Told["phase"], dryRun = false): ReadonlyMap<string, Told> {
  return new Map([["one", { eventType: "expansion", phase, dryRun }]]);
}

function grow({ cluster }: Evidence, serials: readonly number[] = [1, 2, 3]): void {
  for (const { name, volumes } of cluster.instances) {
    if (!serials.some((serial) => name.endsWith(`-${serial}`))) continue;
    for (const { fileSystem } of volumes) fileSystem.growTo(15 * GIBIBYTE);
  }
}

async function grownEvidence(): Promise<Evidence> {
  const evidence = await quietEvidence();
  grow(evidence);
  return {
    ...evidence,
    declaredBytes: new Map([["data", 15 * GIBIBYTE]]),
    events: events("Completed"),
  };
}

Deno.test("judge() calls a cluster grown when volumes, spec and StorageEvent say so", async () => {
  assert.equal(judged(GROWN, await grownEvidence()).kind, "succeeded");
});

const NOT_YET: readonly (readonly [why: string, change: Partial<Evidence>, missing: RegExp])[] = [
  ["the spec is unchanged", { declaredBytes: new Map() }, /the spec declares 0 B/],
  ["no operation has ended", { events: new Map() }, /the StorageEvents of expansions are none/],
  ["an operation is open", { events: events("open") }, /the StorageEvents of expansions are open/],
];

for (const [why, change, missing] of NOT_YET) {
  Deno.test(`judge() waits for growth while ${why}, and fails it in the end`, async () => {
    const evidence = { ...await grownEvidence(), ...change };
    assert.equal(judged(GROWN, evidence).kind, "pending");
    const late = judged(GROWN, evidence, { atMs: 8 * MINUTE });
    assert.equal(late.kind, "failed");
    assert.match(late.kind === "failed" ? late.summary : "", missing);
  });
}

Deno.test("judge() waits for growth while one volume is small", async () => {
  const evidence = await quietEvidence();
  grow(evidence, [1, 2]);
  const others = { declaredBytes: new Map([["data", 15 * GIBIBYTE]]) };
  const late = judged(GROWN, { ...evidence, ...others }, { atMs: 9 * MINUTE });
  assert.match(late.kind === "failed" ? late.summary : "", /orders-3 has 10 GiB and not 15 GiB/);
});

Deno.test("judge() fails whatever let PostgreSQL go down, at once and for good", async () => {
  const down = { ...await grownEvidence(), wasDown: true };
  const outcome = judged(GROWN, down);
  assert.equal(outcome.kind, "failed");
  assert.deepEqual(judged(GROWN, await grownEvidence(), { before: outcome }), outcome);
});

Deno.test("judge() waits until what filled a volume is gone", async () => {
  const evidence = await grownEvidence();
  const usedBytes = evidence.cluster.instances[0]?.volumes[0]?.fileSystem.usedBytes ?? 0;
  const progress = { atMs: MINUTE, isOver: false, before: PENDING };
  for (const [peakBytes, kind] of [[1.9, "pending"], [2.1, "succeeded"]] as const) {
    const peakUsedBytes = new Map([["data", peakBytes * usedBytes]]);
    const outcome = judge(incident(GROWN, EMPTIES), { ...evidence, peakUsedBytes }, progress);
    assert.equal(outcome.kind, kind);
  }
});

Deno.test("judge() calls a cluster told once the reason was given, unless a claim was changed", async () => {
  const evidence = await quietEvidence();
  assert.equal(judged(TOLD, evidence).kind, "pending");
  const told = { ...evidence, detectedAtMs: 1, reasons: new Set(["StorageClassFixed"]) };
  assert.equal(judged(TOLD, { ...told, detectedAtMs: undefined }).kind, "pending");
  const success = judged(TOLD, told);
  assert.equal(success.kind, "succeeded");
  assert.deepEqual(judged(TOLD, evidence, { before: success, atMs: 9 * MINUTE }), success);
  const written = { ...told, requestedAtMs: 1 };
  assert.equal(judged(TOLD, written, { before: success }).kind, "failed");
});

Deno.test("judge() wants a failed attempt to end, to be told, and to be declared nowhere", async () => {
  const ended = { ...await quietEvidence(), events: events("Failed") };
  assert.equal(judged(FAILED, ended).kind, "pending");
  const told = { ...ended, reasons: new Set(["ResizeInfeasible"]) };
  assert.equal(judged(FAILED, told).kind, "succeeded");
  assert.equal(judged(FAILED, { ...told, events: events("open") }).kind, "pending");
  const declared = { ...told, declaredBytes: new Map([["data", 15 * GIBIBYTE]]) };
  assert.equal(judged(FAILED, declared).kind, "failed");
});

Deno.test("judge() waits until a refused request is taken back", async () => {
  const progress = { atMs: MINUTE, isOver: false, before: PENDING };
  const refusing = incident(FAILED);
  const storage = { behaviour: { infeasibleAboveBytes: 12 * GIBIBYTE } };
  const ended = {
    ...await quietEvidence(),
    events: events("Failed"),
    reasons: new Set(["ResizeInfeasible"]),
  };
  for (const [sizeBytes, kind] of [[15 * GIBIBYTE, "pending"], [10 * GIBIBYTE + 1, "succeeded"]]) {
    const outcome = judge(
      { ...refusing, scenario: { ...refusing.scenario, storage } },
      { ...ended, requestedBytes: new Map([["orders-1", Number(sizeBytes)]]) },
      progress,
    );
    assert.equal(outcome.kind, kind);
  }
});

Deno.test("judge() lets one volume of a partly grown cluster be small, and only that one", async () => {
  const evidence = await quietEvidence();
  const told = { ...evidence, reasons: new Set(["FileSystemDeadline"]) };
  grow(evidence, [1]);
  assert.equal(judged(PARTLY, told).kind, "pending");
  grow(evidence, [2]);
  assert.equal(judged(PARTLY, told).kind, "succeeded");
});

Deno.test("judge() wants a dry run recorded, and nothing else written", async () => {
  const evidence = await quietEvidence();
  assert.equal(judged(RECORDED, evidence).kind, "pending");
  const recorded = { ...evidence, detectedAtMs: 1, events: events("Completed", true) };
  assert.equal(judged(RECORDED, { ...recorded, detectedAtMs: undefined }).kind, "pending");
  const success = judged(RECORDED, recorded);
  assert.equal(success.kind, "succeeded");
  for (const plural of ["clusters", "persistentvolumeclaims", "pods"]) {
    const changed = new Set([plural]);
    const outcome = judged(RECORDED, { ...recorded, changed }, { before: success });
    assert.match(outcome.kind === "failed" ? outcome.summary : "", new RegExp(plural));
  }
  assert.equal(judged(RECORDED, { ...evidence, events: events("open") }).kind, "failed");
});

Deno.test("judge() ends no story by alerts, which go on for a while", async () => {
  const evidence = await grownEvidence();
  const alert = { eventType: "alert", phase: "open", dryRun: false } as const;
  const outcome = judged(GROWN, {
    ...evidence,
    events: new Map([...evidence.events, ["two", alert]]),
  });
  assert.equal(outcome.kind, "succeeded");
});

Deno.test("judge() calls a cluster untouched only when everything is over", async () => {
  const evidence = await quietEvidence();
  assert.equal(judged(UNTOUCHED, evidence, { atMs: 9 * MINUTE }).kind, "pending");
  assert.equal(judged(UNTOUCHED, evidence, { isOver: true }).kind, "succeeded");
  for (
    const change of [{ detectedAtMs: 1 }, { requestedAtMs: 1 }, { events: events("open") }]
  ) {
    assert.equal(judged(UNTOUCHED, { ...evidence, ...change }).kind, "failed");
  }
});
