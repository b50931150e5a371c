import { deepEqual, equal, ok } from "node:assert/strict";
import { policySpecSchema } from "./policy_spec.ts";
import { parsePolicySpec } from "./storage_policy.ts";

/** The example of the PRD, as YAML gives it. */
const PRD_SPEC = {
  selector: {
    matchLabels: { environment: "production" },
    matchExpressions: [{ key: "cnpg.io/cluster", operator: "Exists" }],
  },
  excludeClusters: [{ name: "legacy-postgres", namespace: "database" }],
  thresholds: { warning: 70, critical: 80, expansion: 85, emergency: 90 },
  expansion: {
    enabled: true,
    percentage: 50,
    minIncrementGi: 5,
    maxSize: "100Gi",
    cooldownMinutes: 30,
  },
  walCleanup: { enabled: true, retainCount: 10, requireArchived: true, cooldownMinutes: 15 },
  circuitBreaker: { maxFailures: 3, resetMinutes: 60, scope: "per-cluster" },
  alerting: {
    channels: [
      { type: "alertmanager", endpoint: "http://alertmanager:9093" },
      { type: "slack", webhookSecret: "slack-webhook-secret", channel: "#db-alerts" },
    ],
    suppressDuringRemediation: true,
    escalationMinutes: 15,
  },
};

Deno.test("policySpecSchema reads the PRD's example unchanged", () => {
  deepEqual(policySpecSchema.parse(PRD_SPEC), PRD_SPEC);
});

Deno.test("policySpecSchema adds nothing to an empty spec", () => {
  deepEqual(policySpecSchema.parse({}), {});
  deepEqual(policySpecSchema.parse({ thresholds: {}, expansion: {} }), {
    thresholds: {},
    expansion: {},
  });
});

Deno.test("policySpecSchema leaves aside what it does not know", () => {
  deepEqual(policySpecSchema.parse({ dryRun: true, later: 1, thresholds: { newer: 2 } }), {
    dryRun: true,
    thresholds: {},
  });
});

Deno.test("policySpecSchema refuses what is out of bounds", () => {
  const refused: Readonly<Record<string, unknown>> = {
    "thresholds.warning": { thresholds: { warning: 0 } },
    "thresholds.emergency": { thresholds: { emergency: 100 } },
    "thresholds.critical": { thresholds: { critical: 80.5 } },
    "thresholds.minFree": { thresholds: { minFree: "-1Gi" } },
    "expansion.percentage": { expansion: { percentage: 0 } },
    "expansion.maxSize": { expansion: { maxSize: "0" } },
    "expansion.minIncrementGi": { expansion: { minIncrementGi: 0 } },
    "expansion.writeBack": { expansion: { writeBack: "git" } },
    "expansion.parallelism": { expansion: { parallelism: 0 } },
    "expansion.tiers.0.upTo": { expansion: { tiers: [{ upTo: "much", percentage: 5 }] } },
    "walCleanup.retainCount": { walCleanup: { retainCount: 0 } },
    "walCleanup.cooldownMinutes": { walCleanup: { cooldownMinutes: -1 } },
    "circuitBreaker.maxFailures": { circuitBreaker: { maxFailures: 0 } },
    "circuitBreaker.scope": { circuitBreaker: { scope: "per-node" } },
    "alerting.channels.0.type": { alerting: { channels: [{ type: "pigeon" }] } },
    "alerting.channels.0.endpoint": {
      alerting: { channels: [{ type: "webhook", endpoint: "ftp://x" }] },
    },
    "selector.matchExpressions.0": {
      selector: { matchExpressions: [{ key: "a", operator: "In" }] },
    },
    "selector.matchExpressions.0.operator": {
      selector: { matchExpressions: [{ key: "a", operator: "Like" }] },
    },
    "excludeClusters.0.name": { excludeClusters: [{ name: "" }] },
  };
  for (const [path, spec] of Object.entries(refused)) {
    const parsed = parsePolicySpec(spec);
    ok(parsed.kind === "invalid", path);
    ok(parsed.message.startsWith(`Cannot read policy settings: ${path}: `), parsed.message);
  }
});

Deno.test("policySpecSchema refuses sizes beyond exact arithmetic", () => {
  equal(parsePolicySpec({ expansion: { maxSize: "8Pi" } }).kind, "invalid");
  equal(parsePolicySpec({ expansion: { maxSize: "1e99" } }).kind, "invalid");
  equal(parsePolicySpec({ expansion: { maxSize: "7Pi" } }).kind, "spec");
});

Deno.test("policySpecSchema refuses two tiers of one size, however it is written", () => {
  const tiers = (...sizes: string[]): unknown => ({
    expansion: { tiers: sizes.map((upTo) => ({ upTo, percentage: 10 })) },
  });
  equal(parsePolicySpec(tiers("1Gi", "1024Mi")).kind, "invalid");
  equal(parsePolicySpec(tiers("1Ti", "100Gi")).kind, "spec");
});

Deno.test("policySpecSchema asks In and NotIn for values and the other operators for none", () => {
  const expression = (operator: string, values?: string[]): unknown => ({
    selector: { matchExpressions: [{ key: "a", operator, ...(values && { values }) }] },
  });
  for (const operator of ["In", "NotIn"]) {
    equal(parsePolicySpec(expression(operator, ["x"])).kind, "spec");
    equal(parsePolicySpec(expression(operator, [])).kind, "invalid");
  }
  for (const operator of ["Exists", "DoesNotExist"]) {
    equal(parsePolicySpec(expression(operator)).kind, "spec");
    equal(parsePolicySpec(expression(operator, [])).kind, "spec");
    equal(parsePolicySpec(expression(operator, ["x"])).kind, "invalid");
  }
});
