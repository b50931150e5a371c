import assert from "node:assert/strict";

import type { Reason } from "../explain/reasons.ts";
import { NOW_MS, pod, policy, view, volume } from "../testing/builders.ts";
import { after } from "../units/millis.ts";
import type { ClusterView } from "../view/cluster.ts";
import type { PodView, Volume } from "../view/volume.ts";
import { FIRST_REPORT_WITHIN_MS } from "./blind.ts";
import { decide } from "./decide.ts";
import type { Plan } from "./plan.ts";

function unseen(reason: Reason, overrides: Partial<PodView> = {}): Volume {
  const fileSystem = { kind: "unknown", reason, message: "nobody knows" } as const;
  return volume({ fileSystem, pod: pod(overrides) });
}

function planOf(volumes: readonly Volume[], overrides: Partial<ClusterView> = {}): Plan {
  return decide(view({ volumes, ...overrides }), { defaults: policy() });
}

function blindOf(plan: Plan): readonly [string | undefined, Reason | undefined, number] {
  const found = plan.conditions.find(({ type }) => type === "Blind");
  const alerts = plan.alerts.filter(({ reason }) => reason === "SomeVolumesUnknown");
  return [found?.status, found?.reason, alerts.length];
}

const LONG_AGO = { runningSinceMs: after(NOW_MS, -FIRST_REPORT_WITHIN_MS) };
const A_MOMENT_AGO = { runningSinceMs: after(NOW_MS, 1 - FIRST_REPORT_WITHIN_MS) };

const CASES: readonly [string, Volume, ReturnType<typeof blindOf>][] = [
  ["waits for a pod that began to run", unseen("NoSample", A_MOMENT_AGO), [
    "False",
    "FirstReportAwaited",
    0,
  ]],
  ["tells of a pod that was never heard of", unseen("NoSample", LONG_AGO), [
    "True",
    "SomeVolumesUnknown",
    1,
  ]],
  ["tells of a silence whenever the pod began", unseen("StaleSample", A_MOMENT_AGO), [
    "True",
    "SomeVolumesUnknown",
    1,
  ]],
  ["pages nobody of a pod that does not run", unseen("NoSample", { running: false }), [
    "True",
    "SomeVolumesUnknown",
    0,
  ]],
  ["pages nobody where nobody looked since when", unseen("NoSample"), [
    "True",
    "SomeVolumesUnknown",
    0,
  ]],
  ["pages nobody of a disk that is shared", unseen("SharedDisk", LONG_AGO), [
    "True",
    "SomeVolumesUnknown",
    0,
  ]],
];

for (const [sentence, unknown, expected] of CASES) {
  Deno.test(`decide() ${sentence}`, () => {
    assert.deepEqual(blindOf(planOf([unknown])), expected);
  });
}

Deno.test("decide() looks again when a first report has been waited for long enough", () => {
  const plan = planOf([unseen("NoSample", A_MOMENT_AGO), volume()]);
  assert.equal(plan.wakeAtMs, after(NOW_MS, 1));
  assert.equal(planOf([unseen("NoSample", LONG_AGO)]).wakeAtMs, undefined);
});

Deno.test("decide() tells which sources fail, in a condition and in the alert", () => {
  const sourceProblems = [
    { source: "kubelet", reason: "KubeletUnreachable", message: "node-1 did not answer" },
    { source: "prometheus", reason: "PrometheusUnreachable", message: "prometheus:9090" },
  ] as const;
  const plan = planOf([unseen("NoSample", LONG_AGO)], { sourceProblems });
  const condition = plan.conditions.find(({ type }) => type === "SourceUnavailable");
  assert.deepEqual(condition, {
    type: "SourceUnavailable",
    status: "True",
    reason: "KubeletUnreachable",
    message: "kubelet: node-1 did not answer; prometheus: prometheus:9090",
  });
  assert.match(plan.alerts[0]?.message ?? "", /is not measured: .*node-1 did not answer/);
  const healthy = planOf([volume()]).conditions.find(({ type }) => type === "SourceUnavailable");
  assert.deepEqual([healthy?.status, healthy?.reason], ["False", "SourcesReachable"]);
});
