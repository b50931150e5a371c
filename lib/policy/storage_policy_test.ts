import { deepEqual, equal, ok } from "node:assert/strict";
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

Deno.test("parseStoragePolicy() names every place that is wrong", () => {
  const parsed = parseStoragePolicy({
    metadata: METADATA,
    spec: { thresholds: { warning: 200 }, expansion: { maxSize: "big" } },
  });
  ok(parsed.kind === "invalid");
  ok(parsed.message.startsWith("Cannot read the StoragePolicy: "), parsed.message);
  ok(parsed.message.includes("spec.thresholds.warning: "), parsed.message);
  ok(parsed.message.includes("spec.expansion.maxSize: "), parsed.message);
});

Deno.test("parseStoragePolicy() refuses what is no object of the API server", () => {
  equal(parseStoragePolicy(undefined).kind, "invalid");
  equal(parseStoragePolicy({ metadata: { ...METADATA, uid: undefined } }).kind, "invalid");
  const parsed = parseStoragePolicy({ metadata: { ...METADATA, creationTimestamp: "today" } });
  ok(parsed.kind === "invalid" && parsed.message.includes('found "today"'));
});
