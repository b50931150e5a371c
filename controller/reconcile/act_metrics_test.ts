import assert from "node:assert/strict";
import { createActMetrics } from "./act_metrics.ts";

const CLUSTER = { namespace: "shop", cluster: "orders" };

function record(): { metrics: ReturnType<typeof createActMetrics>; told: string[] } {
  const told: string[] = [];
  const metrics = createActMetrics({
    errorOccurred: (type, cluster) => void told.push(`error ${type} ${cluster?.cluster}`),
    expansionEnded: ({ cluster }, { result }) => void told.push(`ended ${cluster} ${result}`),
    breakerFailuresCounted: ({ cluster }, count) => void told.push(`${count} failures ${cluster}`),
    alertSent: ({ cluster }, severity, channel) =>
      void told.push(`sent ${cluster} ${severity} ${channel}`),
    alertSuppressed: ({ cluster }, why) => void told.push(`suppressed ${cluster} ${why}`),
  });
  return { metrics, told };
}

Deno.test("createActMetrics() counts failed writes as errors, and conflicts as none", () => {
  const cases = [
    ["refused", ["error write-refused orders"]],
    ["unavailable", ["error write-unavailable orders"]],
    ["not-leader", ["error write-not-leader orders"]],
    ["conflict", []],
  ] as const;
  for (const [kind, expected] of cases) {
    const { metrics, told } = record();
    metrics.failed(CLUSTER, kind);
    assert.deepEqual(told, expected, kind);
  }
});

Deno.test("createActMetrics() counts for the breaker what the breaker counts", () => {
  const { metrics, told } = record();
  const end = { addedBytes: 1, durationMs: 1 };
  metrics.expansionEnded(CLUSTER, { ...end, result: "success", failures: 0 });
  metrics.expansionEnded(CLUSTER, { ...end, result: "failure", failures: 0 });
  metrics.expansionEnded(CLUSTER, { ...end, result: "failure", failures: 2 });
  assert.deepEqual(told, [
    "ended orders success",
    "ended orders failure",
    "ended orders failure",
    "2 failures orders",
  ]);
});

Deno.test("createActMetrics() counts alerts that were said in Kubernetes Events, and those that were not", () => {
  const { metrics, told } = record();
  metrics.alertSent(CLUSTER, "critical");
  metrics.alertSuppressed(CLUSTER, "repeated");
  assert.deepEqual(told, ["sent orders critical kubernetes-event", "suppressed orders repeated"]);
});
