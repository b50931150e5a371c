import { equal } from "node:assert/strict";
import { excludes, isNamespaceDefault, matchesSelector, selects } from "./select.ts";
import type { MatchExpression } from "./selector_spec.ts";

const CLUSTER = { namespace: "database", name: "orders", labels: { tier: "gold", empty: "" } };

Deno.test("matchesSelector() follows Kubernetes for every operator", () => {
  const table: ReadonlyArray<readonly [MatchExpression, boolean]> = [
    [{ key: "tier", operator: "In", values: ["gold", "silver"] }, true],
    [{ key: "tier", operator: "In", values: ["silver"] }, false],
    [{ key: "absent", operator: "In", values: ["gold"] }, false],
    [{ key: "tier", operator: "NotIn", values: ["gold"] }, false],
    [{ key: "tier", operator: "NotIn", values: ["silver"] }, true],
    [{ key: "absent", operator: "NotIn", values: ["gold"] }, true],
    [{ key: "tier", operator: "Exists" }, true],
    [{ key: "empty", operator: "Exists" }, true],
    [{ key: "absent", operator: "Exists" }, false],
    [{ key: "tier", operator: "DoesNotExist" }, false],
    [{ key: "absent", operator: "DoesNotExist" }, true],
    [{ key: "empty", operator: "In", values: [""] }, true],
    // Keys that every object has are no labels.
    [{ key: "constructor", operator: "Exists" }, false],
  ];
  for (const [expression, expected] of table) {
    const selector = { matchExpressions: [expression] };
    equal(matchesSelector(selector, CLUSTER.labels), expected, JSON.stringify(expression));
  }
});

Deno.test("matchesSelector() asks for every label and every expression", () => {
  const labels = { a: "1", b: "2" };
  equal(matchesSelector({}, labels), true);
  equal(matchesSelector({ matchLabels: { a: "1", b: "2" } }, labels), true);
  equal(matchesSelector({ matchLabels: { a: "1", b: "3" } }, labels), false);
  equal(matchesSelector({ matchLabels: { c: "" } }, labels), false);
  const exists = { key: "c", operator: "Exists" } as const;
  equal(matchesSelector({ matchLabels: { a: "1" }, matchExpressions: [exists] }, labels), false);
});

Deno.test("selects() takes every Cluster as labelled with its own name", () => {
  const policy = (spec: Parameters<typeof selects>[0]["spec"]): Parameters<typeof selects>[0] => ({
    namespace: "database",
    name: "policy",
    spec,
  });
  const byLabel = (name: string): Parameters<typeof selects>[0] =>
    policy({ selector: { matchLabels: { "cnpg.io/cluster": name } } });
  const exists = { key: "cnpg.io/cluster", operator: "Exists" } as const;
  equal(selects(policy({ selector: { matchExpressions: [exists] } }), CLUSTER), true);
  equal(selects(byLabel("orders"), CLUSTER), true);
  equal(selects(byLabel("other"), CLUSTER), false);
  const mislabelled = { ...CLUSTER, labels: { "cnpg.io/cluster": "other" } };
  equal(selects(byLabel("other"), mislabelled), false);
});

Deno.test("selects() stays in the policy's namespace", () => {
  const policy = { namespace: "elsewhere", name: "policy", spec: {} };
  equal(selects(policy, CLUSTER), false);
  equal(selects({ ...policy, namespace: "database" }, CLUSTER), true);
});

Deno.test("excludes() compares name and namespace, the policy's own where none is given", () => {
  const policy = (name: string, namespace?: string): Parameters<typeof excludes>[0] => ({
    namespace: "database",
    name: "policy",
    spec: { excludeClusters: [{ name, namespace }] },
  });
  equal(excludes(policy("orders"), CLUSTER), true);
  equal(excludes(policy("orders", "database"), CLUSTER), true);
  equal(excludes(policy("orders", "elsewhere"), CLUSTER), false);
  equal(excludes(policy("other"), CLUSTER), false);
  equal(excludes({ namespace: "database", name: "policy", spec: {} }, CLUSTER), false);
});

Deno.test("isNamespaceDefault() is true where the selector has no term", () => {
  const policy = (selector?: Parameters<typeof matchesSelector>[0]): boolean =>
    isNamespaceDefault({ namespace: "database", name: "policy", spec: { selector } });
  equal(policy(), true);
  equal(policy({}), true);
  equal(policy({ matchLabels: {}, matchExpressions: [] }), true);
  equal(policy({ matchLabels: { a: "1" } }), false);
  equal(policy({ matchExpressions: [{ key: "a", operator: "Exists" }] }), false);
});
