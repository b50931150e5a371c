import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { GIBIBYTE } from "../units/bytes.ts";
import { MINUTE } from "../units/millis.ts";
import { BUILT_IN_DEFAULTS } from "./defaults.ts";
import type { InheritableSpec } from "./policy_spec.ts";
import { describeOrigin } from "./origin.ts";
import { type PolicyLayers, resolvePolicy } from "./resolve.ts";
import type { ResolvedPolicy } from "./resolved.ts";

const ORDERED = ["warning", "critical", "expansion", "emergency"] as const;

function resolved(layers: Partial<PolicyLayers>): ResolvedPolicy {
  const resolution = resolvePolicy({ chart: {}, ...layers });
  ok(resolution.kind === "resolved", resolution.kind === "invalid" ? resolution.message : "");
  return resolution.policy;
}

function message(layers: Partial<PolicyLayers>): string | undefined {
  const resolution = resolvePolicy({ chart: {}, ...layers });
  return resolution.kind === "invalid" ? resolution.message : undefined;
}

Deno.test("resolvePolicy() gives the built-in values where nobody says anything", () => {
  const { settings, origins } = resolved({});
  const volumes = {
    thresholds: {
      warning: 70,
      critical: 80,
      expansion: 85,
      emergency: 90,
      minFreeBytes: undefined,
      timeToFullMs: undefined,
      inodes: 90,
    },
    expansion: {
      enabled: true,
      percentage: 50,
      minIncrementBytes: 5 * GIBIBYTE,
      maxSizeBytes: undefined,
      cooldownMs: 30 * MINUTE,
      writeBack: "cluster",
      parallelism: 1,
      tiers: [],
    },
  };
  deepEqual(settings, {
    dryRun: false,
    ...volumes,
    roles: { data: volumes, wal: volumes, tablespaces: volumes },
    maintenanceWindows: [],
    walCleanup: { enabled: true, retainCount: 10, requireArchived: true, cooldownMs: 15 * MINUTE },
    circuitBreaker: { maxFailures: 3, resetMs: 60 * MINUTE, scope: "per-cluster" },
    alerting: { channels: [], suppressDuringRemediation: true, escalationMs: 15 * MINUTE },
  });
  for (const origin of Object.values(origins)) deepEqual(origin, { kind: "built-in" });
});

Deno.test("resolvePolicy() gives an origin to every value that is set, keyed by its path", () => {
  const expected = Object.entries(BUILT_IN_DEFAULTS).flatMap(([section, fields]) =>
    typeof fields === "object" && !Array.isArray(fields)
      ? Object.keys(fields).map((field) => `${section}.${field}`)
      : section
  );
  deepEqual(Object.keys(resolved({}).origins).sort(), [...expected].sort());
  const sized = resolved({ chart: { expansion: { maxSize: "1Ti" } } });
  deepEqual(sized.origins["expansion.maxSize"], { kind: "chart" });
});

Deno.test("resolvePolicy() lets the most specific layer decide, field by field", () => {
  const { settings, origins } = resolved({
    policy: { name: "own", spec: { thresholds: { warning: 60 }, dryRun: false } },
    namespaceDefault: {
      name: "team",
      spec: { thresholds: { warning: 65, critical: 75 }, dryRun: true },
    },
    chart: { thresholds: { warning: 68, critical: 78, expansion: 88 }, dryRun: true },
  });
  deepEqual(ORDERED.map((name) => settings.thresholds[name]), [60, 75, 88, 90]);
  equal(settings.dryRun, false);
  deepEqual(ORDERED.map((name) => origins[`thresholds.${name}`]), [
    { kind: "policy", name: "own" },
    { kind: "namespace-default", name: "team" },
    { kind: "chart" },
    { kind: "built-in" },
  ]);
});

Deno.test("resolvePolicy() replaces lists as a whole", () => {
  const { settings } = resolved({
    policy: { name: "own", spec: { alerting: { channels: [] } } },
    namespaceDefault: {
      name: "team",
      spec: {
        alerting: { channels: [{ type: "slack" }] },
        expansion: { tiers: [{ upTo: "1Ti", percentage: 20 }] },
      },
    },
    chart: { expansion: { tiers: [{ upTo: "2Ti", percentage: 10 }] } },
  });
  deepEqual(settings.alerting.channels, []);
  deepEqual(settings.expansion.tiers, [{ upToBytes: 1024 * GIBIBYTE, percentage: 20 }]);
});

Deno.test("resolvePolicy() names a namespace default once where it governs by itself", () => {
  const spec: InheritableSpec = { thresholds: { warning: 50 } };
  const { origins } = resolved({ namespaceDefault: { name: "team", spec } });
  deepEqual(origins["thresholds.warning"], { kind: "namespace-default", name: "team" });
  const same = { name: "team", spec };
  const { origins: both } = resolved({ policy: same, namespaceDefault: same });
  deepEqual(both["thresholds.warning"], { kind: "policy", name: "team" });
});

Deno.test("resolvePolicy() refuses thresholds that contradict each other across layers", () => {
  equal(
    message({ policy: { name: "own", spec: { thresholds: { warning: 85 } } } }),
    "Cannot order the thresholds: expected warning not above critical, found " +
      "thresholds.warning 85 (policy own) and thresholds.critical 80 (the built-in defaults)",
  );
  equal(message({ chart: { thresholds: { expansion: 95 } } })?.includes("(the chart's"), true);
});

Deno.test("resolvePolicy() accepts equal thresholds", () => {
  equal(
    message({ chart: { thresholds: { warning: 80, critical: 80, expansion: 80 } } }),
    undefined,
  );
});

Deno.test("resolvePolicy() is invalid exactly when the thresholds that apply are out of order", () => {
  const layer = fc.record(
    Object.fromEntries(ORDERED.map((name) => [name, fc.integer({ min: 1, max: 99 })])),
    { requiredKeys: [] },
  );
  fc.assert(fc.property(layer, layer, layer, (own, team, chart) => {
    const applied = ORDERED.map((name) =>
      own[name] ?? team[name] ?? chart[name] ?? BUILT_IN_DEFAULTS.thresholds[name]
    );
    const ordered = applied.every((value, index) =>
      index === 0 || (applied[index - 1] ?? 0) <= value
    );
    const resolution = resolvePolicy({
      policy: { name: "own", spec: { thresholds: own } },
      namespaceDefault: { name: "team", spec: { thresholds: team } },
      chart: { thresholds: chart },
    });
    equal(resolution.kind === "resolved", ordered);
  }));
});

Deno.test("resolvePolicy() sorts tiers by size and refuses a size that comes twice", () => {
  const tiers = (...sizes: string[]): InheritableSpec => ({
    expansion: { tiers: sizes.map((upTo) => ({ upTo, percentage: 10 })) },
  });
  const { settings } = resolved({ chart: tiers("1Ti", "100Gi", "500Gi") });
  deepEqual(
    settings.expansion.tiers.map((tier) => tier.upToBytes / GIBIBYTE),
    [100, 500, 1024],
  );
  equal(
    message({ chart: tiers("1Gi", "2Gi", "1024Mi") }),
    "Cannot order expansion.tiers: expected every upTo once, found 1Gi twice",
  );
});

Deno.test("describeOrigin() has words for every origin", () => {
  equal(describeOrigin({ kind: "policy", name: "own" }), "policy own");
  equal(describeOrigin({ kind: "namespace-default", name: "team" }), "namespace default team");
  equal(describeOrigin({ kind: "chart" }), "the chart's defaults");
  equal(describeOrigin({ kind: "built-in" }), "the built-in defaults");
});
