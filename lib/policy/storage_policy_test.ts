import { deepEqual, equal, ok } from "node:assert/strict";
import { isNamespaceDefault, selects } from "./select.ts";
import { parseStoragePolicy } from "./storage_policy.ts";

const METADATA = {
  name: "production",
  namespace: "database",
  uid: "u-1",
  resourceVersion: "7",
  generation: 3,
  creationTimestamp: "2025-11-26T10:00:00Z",
  managedFields: [],
};

Deno.test("parseStoragePolicy() reads what the API server gives", () => {
  const status = {
    conditions: [{
      type: "Conflicting",
      status: "False",
      lastTransitionTime: "2025-11-26T10:00:00Z",
    }],
    managedClusters: 5,
    lastEvaluated: "2025-11-26T10:30:00Z",
    observedGeneration: 1,
  };
  const parsed = parseStoragePolicy({ metadata: METADATA, spec: { dryRun: true }, status });
  deepEqual(parsed, {
    kind: "policy",
    policy: {
      namespace: "database",
      name: "production",
      uid: "u-1",
      resourceVersion: "7",
      generation: 3,
      createdAtMs: Date.UTC(2025, 10, 26, 10),
      spec: { dryRun: true },
      status,
    },
  });
});

Deno.test("parseStoragePolicy() takes an absent spec and status as empty", () => {
  const parsed = parseStoragePolicy({ metadata: METADATA });
  ok(parsed.kind === "policy");
  deepEqual(parsed.policy.spec, {});
  deepEqual(parsed.policy.status, {});
});

Deno.test("parseStoragePolicy() names every place that is wrong, and keeps which clusters are meant", () => {
  const claims = {
    selector: { matchLabels: { tier: "gold" } },
    excludeClusters: [{ name: "orders" }],
  };
  const parsed = parseStoragePolicy({
    metadata: METADATA,
    spec: { ...claims, thresholds: { warning: 200 }, expansion: { maxSize: "big" } },
  });
  ok(parsed.kind === "policy");
  const { spec, unreadable = "" } = parsed.policy;
  deepEqual(spec, claims);
  ok(unreadable.startsWith("Cannot read the StoragePolicy: "), unreadable);
  ok(unreadable.includes("spec.thresholds.warning: "), unreadable);
  ok(unreadable.includes("spec.expansion.maxSize: "), unreadable);
});

Deno.test("parseStoragePolicy() selects nothing where nobody can read what is selected", () => {
  for (
    const spec of ["all", { selector: { matchLabels: "tier=gold" } }, { excludeClusters: 1 }, null]
  ) {
    const parsed = parseStoragePolicy({ metadata: METADATA, spec });
    ok(parsed.kind === "policy" && parsed.policy.unreadable !== undefined);
    const cluster = { namespace: "database", name: "orders", labels: { tier: "gold" } };
    equal(selects(parsed.policy, cluster), false);
    equal(isNamespaceDefault(parsed.policy), false);
  }
});

Deno.test("parseStoragePolicy() tells of eight problems and counts the others", () => {
  const excludeClusters = Array.from({ length: 12 }, () => ({ name: 1 }));
  const parsed = parseStoragePolicy({ metadata: METADATA, spec: { excludeClusters } });
  ok(parsed.kind === "policy");
  ok(/; and 4 more$/.test(parsed.policy.unreadable ?? ""));
});

Deno.test("parseStoragePolicy() takes a status that it cannot read as empty", () => {
  const parsed = parseStoragePolicy({ metadata: METADATA, status: { managedClusters: "many" } });
  ok(parsed.kind === "policy" && parsed.policy.unreadable === undefined);
  deepEqual(parsed.policy.status, {});
});

Deno.test("parseStoragePolicy() refuses what is no object of the API server", () => {
  equal(parseStoragePolicy(undefined).kind, "invalid");
  equal(parseStoragePolicy({ metadata: { ...METADATA, uid: undefined } }).kind, "invalid");
  const parsed = parseStoragePolicy({ metadata: { ...METADATA, creationTimestamp: "today" } });
  ok(parsed.kind === "invalid" && parsed.message.includes('found "today"'));
});
