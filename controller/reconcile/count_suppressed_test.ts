import assert from "node:assert/strict";
import type { AlertIntent } from "../../lib/decide/plan.ts";
import { createSuppressionCounter } from "./count_suppressed.ts";
import { view } from "./testing/plans.ts";

const LEVEL: AlertIntent = {
  topic: "pressure",
  reason: "AboveCritical",
  severity: "critical",
  instance: "orders-1",
  role: "data",
  message: "81 %",
};

Deno.test("createSuppressionCounter() counts an alert when it begins to be kept back, and once", () => {
  const told: string[] = [];
  const { count, forget } = createSuppressionCounter({
    alertSuppressed: ({ namespace, cluster }, why) =>
      void told.push(`${namespace}/${cluster} ${why}`),
  });
  const cluster = view();
  count(cluster, [LEVEL]);
  count(cluster, [{ ...LEVEL, reason: "AboveExpansion", message: "86 %" }]);
  assert.deepEqual(told, ["shop/orders remediation"]);
  count(cluster, [LEVEL, { ...LEVEL, instance: "orders-2" }]);
  assert.equal(told.length, 2);
  count(cluster, []);
  count(cluster, [LEVEL]);
  assert.equal(told.length, 3);
  forget(cluster.uid);
  count(cluster, [LEVEL]);
  assert.equal(told.length, 4);
});
