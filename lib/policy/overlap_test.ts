import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { millis } from "../units/millis.ts";
import { objectKey } from "../view/object_key.ts";
import { assignPolicies, type CandidatePolicy } from "./overlap.ts";
import { excludes, isNamespaceDefault, type SelectableCluster, selects } from "./select.ts";

function cluster(name: string, labels: Record<string, string> = {}): SelectableCluster {
  return { namespace: "db", name, labels };
}

function policy(
  name: string,
  createdAtMs: number,
  spec: CandidatePolicy["spec"] = {},
): CandidatePolicy {
  return { namespace: "db", name, createdAtMs: millis(createdAtMs), spec };
}

function withLabel(key: string): CandidatePolicy["spec"] {
  return { selector: { matchLabels: { [key]: "yes" } } };
}

const BOTH = cluster("orders", { a: "yes", b: "yes" });

Deno.test("assignPolicies() gives a cluster to the oldest policy that selects it", () => {
  const { clusters, policies } = assignPolicies(
    [BOTH],
    [policy("a-young", 2, withLabel("a")), policy("z-old", 1, withLabel("b"))],
    new Map(),
  );
  deepEqual(clusters, [{
    namespace: "db",
    name: "orders",
    governing: { kind: "policy", policyName: "z-old" },
    namespaceDefault: undefined,
  }]);
  deepEqual(policies, [
    {
      namespace: "db",
      name: "a-young",
      managedClusters: [],
      conflicts: [{ clusterName: "orders", winner: "z-old" }],
    },
    { namespace: "db", name: "z-old", managedClusters: ["orders"], conflicts: [] },
  ]);
});

Deno.test("assignPolicies() takes the first name where two policies are equally old", () => {
  const rivals = [policy("b", 1, withLabel("a")), policy("a", 1, withLabel("b"))];
  const { clusters } = assignPolicies([BOTH], rivals, new Map());
  deepEqual(clusters[0]?.governing, { kind: "policy", policyName: "a" });
});

Deno.test("assignPolicies() leaves a cluster with the incumbent as long as it selects it", () => {
  const rivals = [policy("old", 1, withLabel("a")), policy("young", 2, withLabel("b"))];
  const incumbents = new Map([[objectKey(BOTH), "young"]]);
  const kept = assignPolicies([BOTH], rivals, incumbents);
  deepEqual(kept.clusters[0]?.governing, { kind: "policy", policyName: "young" });
  const relabelled = assignPolicies([cluster("orders", { a: "yes" })], rivals, incumbents);
  deepEqual(relabelled.clusters[0]?.governing, { kind: "policy", policyName: "old" });
});

Deno.test("assignPolicies() puts a policy with a selector before the namespace's default", () => {
  const rivals = [policy("default", 1), policy("own", 2, withLabel("a"))];
  const incumbents = new Map([[objectKey(BOTH), "default"]]);
  const { clusters, policies } = assignPolicies([BOTH, cluster("plain")], rivals, incumbents);
  deepEqual(clusters.map(({ governing }) => governing), [
    { kind: "policy", policyName: "own" },
    { kind: "policy", policyName: "default" },
  ]);
  deepEqual(clusters.map(({ namespaceDefault }) => namespaceDefault), ["default", "default"]);
  deepEqual(policies.map(({ conflicts }) => conflicts), [[], []]);
});

Deno.test("assignPolicies() knows one default in a namespace", () => {
  const rivals = [policy("old", 1), policy("young", 2)];
  const clusters = [cluster("b"), cluster("a")];
  const first = assignPolicies(clusters, rivals, new Map());
  deepEqual(first.policies.map(({ managedClusters }) => managedClusters), [["a", "b"], []]);
  deepEqual(first.policies[1]?.conflicts, [
    { clusterName: "a", winner: "old" },
    { clusterName: "b", winner: "old" },
  ]);
  const later = assignPolicies(clusters, rivals, new Map([["db/a", "young"]]));
  deepEqual(later.policies.map(({ managedClusters }) => managedClusters), [[], ["a", "b"]]);
});

Deno.test("assignPolicies() leaves an excluded cluster alone, whatever the default says", () => {
  const rivals = [
    policy("default", 1),
    policy("own", 2, { ...withLabel("a"), excludeClusters: [{ name: "orders" }] }),
  ];
  const { clusters } = assignPolicies([BOTH], rivals, new Map());
  deepEqual(clusters[0]?.governing, { kind: "excluded", policyName: "own" });
  equal(clusters[0]?.namespaceDefault, undefined);
});

Deno.test("assignPolicies() lets another policy with a selector claim an excluded cluster", () => {
  const rivals = [
    policy("own", 1, { ...withLabel("a"), excludeClusters: [{ name: "orders" }] }),
    policy("other", 2, withLabel("b")),
  ];
  const { clusters, policies } = assignPolicies([BOTH], rivals, new Map());
  deepEqual(clusters[0]?.governing, { kind: "policy", policyName: "other" });
  deepEqual(policies[0]?.conflicts, []);
});

Deno.test("assignPolicies() leaves out a default that excludes the cluster", () => {
  const excluding = policy("default", 1, { excludeClusters: [{ name: "orders" }] });
  const alone = assignPolicies([BOTH], [excluding], new Map());
  deepEqual(alone.clusters[0]?.governing, { kind: "excluded", policyName: "default" });
  const own = assignPolicies([BOTH], [excluding, policy("own", 2, withLabel("a"))], new Map());
  deepEqual(own.clusters[0]?.governing, { kind: "policy", policyName: "own" });
  equal(own.clusters[0]?.namespaceDefault, undefined);
});

Deno.test("assignPolicies() reaches no other namespace", () => {
  const elsewhere = { ...policy("default", 1), namespace: "elsewhere" };
  const { clusters, policies } = assignPolicies([BOTH], [elsewhere], new Map());
  deepEqual(clusters[0]?.governing, { kind: "none" });
  deepEqual(policies[0]?.managedClusters, []);
});

const namespaces = fc.constantFrom("db", "other");
const labels = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.constant("yes"));
const anyCluster = fc.record({
  namespace: namespaces,
  name: fc.constantFrom("x", "y", "z"),
  labels,
});
const anyPolicy = fc.record({
  namespace: namespaces,
  name: fc.constantFrom("p", "q", "r", "s"),
  createdAtMs: fc.nat(3).map(millis),
  spec: fc.record({
    selector: fc.record({ matchLabels: labels }),
    excludeClusters: fc.array(fc.record({ name: fc.constantFrom("x", "y") }), { maxLength: 1 }),
  }),
});
const anyIncumbents = fc.dictionary(
  fc.constantFrom("db/x", "db/y", "db/z", "other/x"),
  fc.constantFrom("p", "q", "gone"),
).map((record) => new Map(Object.entries(record)));
const world = fc.record({
  clusters: fc.uniqueArray(anyCluster, { selector: objectKey, maxLength: 6 }),
  policies: fc.uniqueArray(anyPolicy, { selector: objectKey, maxLength: 8 }),
  incumbents: anyIncumbents,
});

Deno.test("assignPolicies() does not depend on any order", () => {
  fc.assert(fc.property(world, ({ clusters, policies, incumbents }) => {
    const forward = assignPolicies(clusters, policies, incumbents);
    const backward = assignPolicies(
      [...clusters].reverse(),
      [...policies].reverse(),
      new Map([...incumbents].reverse()),
    );
    deepEqual([...backward.clusters].reverse(), forward.clusters);
    deepEqual([...backward.policies].reverse(), forward.policies);
  }));
});

Deno.test("assignPolicies() changes nothing when its own outcome becomes the incumbents", () => {
  fc.assert(fc.property(world, ({ clusters, policies, incumbents }) => {
    const first = assignPolicies(clusters, policies, incumbents);
    const held = new Map<string, string>();
    for (const assignment of first.clusters) {
      if (assignment.governing.kind !== "policy") continue;
      held.set(objectKey(assignment), assignment.governing.policyName);
    }
    const second = assignPolicies(clusters, policies, held);
    deepEqual(
      second.clusters.map(({ governing }) => governing),
      first.clusters.map(({ governing }) => governing),
    );
  }));
});

Deno.test("assignPolicies() counts each claim exactly once, as managed or as conflict", () => {
  fc.assert(fc.property(world, ({ clusters, policies, incumbents }) => {
    const assignments = assignPolicies(clusters, policies, incumbents);
    for (const [index, candidate] of policies.entries()) {
      const outcome = assignments.policies[index];
      ok(outcome !== undefined);
      const conflicted = outcome.conflicts.map(({ clusterName }) => clusterName);
      const claimed = clusters
        .filter((one) => selects(candidate, one) && !excludes(candidate, one))
        .map(({ name }) => name);
      const counted = [...outcome.managedClusters, ...conflicted];
      equal(new Set(counted).size, counted.length);
      if (!isNamespaceDefault(candidate)) deepEqual([...counted].sort(), [...claimed].sort());
      for (const { winner } of outcome.conflicts) ok(winner !== candidate.name);
    }
  }));
});
