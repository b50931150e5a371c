import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { GIBIBYTE } from "../units/bytes.ts";
import { MINUTE } from "../units/millis.ts";
import type { InheritableSpec } from "./policy_spec.ts";
import { type PolicyLayers, resolvePolicy } from "./resolve.ts";
import type { ResolvedPolicy } from "./resolved.ts";
import { roleSettings } from "./role_settings.ts";
import { ROLE_KINDS } from "./roles_spec.ts";

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

/** Thresholds in order, any of them absent. */
const thresholds = fc.record(
  {
    warning: fc.integer({ min: 1, max: 25 }),
    critical: fc.integer({ min: 26, max: 50 }),
    expansion: fc.integer({ min: 51, max: 75 }),
    emergency: fc.integer({ min: 76, max: 99 }),
    inodes: fc.integer({ min: 1, max: 100 }),
    minFree: fc.constantFrom("1Gi", "500Mi"),
    timeToFull: fc.constantFrom("2h", "1h30m"),
  },
  { requiredKeys: ["warning", "critical", "expansion"] },
);

const expansion = fc.record(
  {
    enabled: fc.boolean(),
    percentage: fc.integer({ min: 1, max: 100 }),
    minIncrementGi: fc.integer({ min: 1, max: 9 }),
    maxSize: fc.constantFrom("10Gi", "1Ti"),
    cooldownMinutes: fc.integer({ min: 0, max: 90 }),
    writeBack: fc.constantFrom("cluster" as const, "none" as const),
    parallelism: fc.integer({ min: 1, max: 5 }),
    tiers: fc.array(
      fc.record({ upTo: fc.constant("1Ti"), percentage: fc.integer({ min: 1, max: 9 }) }),
      { maxLength: 1 },
    ),
  },
  { requiredKeys: [] },
);

const volumes = fc.record({ thresholds, expansion });

Deno.test("resolvePolicy() gives a role what it says for itself, and the rest in general", () => {
  const { settings, origins } = resolved({
    policy: {
      name: "own",
      spec: {
        thresholds: { warning: 60 },
        expansion: { maxSize: "100Gi" },
        roles: {
          wal: {
            thresholds: { expansion: 80, timeToFull: "1h30m" },
            expansion: { cooldownMinutes: 5, maxSize: "20Gi" },
          },
        },
      },
    },
  });
  const wal = roleSettings(settings, "wal");
  deepEqual(ORDERED.map((name) => wal.thresholds[name]), [60, 80, 80, 90]);
  equal(wal.thresholds.timeToFullMs, 90 * MINUTE);
  equal(wal.expansion.cooldownMs, 5 * MINUTE);
  equal(wal.expansion.maxSizeBytes, 20 * GIBIBYTE);
  for (const role of ["data", "tbs:archive"] as const) {
    const { thresholds, expansion } = settings;
    deepEqual(roleSettings(settings, role), { thresholds, expansion });
  }
  deepEqual(origins["roles.wal.thresholds.expansion"], { kind: "policy", name: "own" });
  equal(origins["roles.wal.thresholds.warning"], undefined);
});

Deno.test("resolvePolicy() prefers what any layer says of a role to what any says in general", () => {
  const { settings, origins } = resolved({
    policy: { name: "own", spec: { thresholds: { expansion: 88 } } },
    namespaceDefault: {
      name: "team",
      spec: { roles: { tablespaces: { thresholds: { expansion: 82 } } } },
    },
    chart: {
      roles: { tablespaces: { thresholds: { expansion: 81, critical: 79 } } },
    },
  });
  const { thresholds } = roleSettings(settings, "tbs:archive");
  deepEqual([thresholds.critical, thresholds.expansion], [79, 82]);
  equal(roleSettings(settings, "wal").thresholds.expansion, 88);
  deepEqual(origins["roles.tablespaces.thresholds.expansion"], {
    kind: "namespace-default",
    name: "team",
  });
  deepEqual(origins["roles.tablespaces.thresholds.critical"], { kind: "chart" });
});

Deno.test("resolvePolicy() refuses thresholds of a role that contradict general ones", () => {
  equal(
    message({
      policy: { name: "own", spec: { roles: { wal: { thresholds: { warning: 85 } } } } },
      chart: { thresholds: { critical: 81 } },
    }),
    "Cannot order the thresholds: expected warning not above critical, found " +
      "roles.wal.thresholds.warning 85 (policy own) and thresholds.critical 81 " +
      "(the chart's defaults)",
  );
});

Deno.test("resolvePolicy() refuses tiers of a role of which two have one size", () => {
  const tiers = ["1Gi", "1024Mi"].map((upTo) => ({ upTo, percentage: 10 }));
  equal(
    message({ chart: { roles: { data: { expansion: { tiers } } } } }),
    "Cannot order roles.data.expansion.tiers: expected every upTo once, found 1Gi twice",
  );
});

Deno.test("resolvePolicy() changes no setting where a role says what holds in general", () => {
  fc.assert(fc.property(volumes, fc.constantFrom(...ROLE_KINDS), (general, kind) => {
    const plain: InheritableSpec = general;
    const repeated: InheritableSpec = { ...general, roles: { [kind]: general } };
    deepEqual(resolved({ chart: repeated }).settings, resolved({ chart: plain }).settings);
  }));
});

Deno.test("resolvePolicy() is idempotent: a layer that repeats an inherited one changes no setting", () => {
  fc.assert(fc.property(volumes, volumes, fc.constantFrom(...ROLE_KINDS), (general, own, kind) => {
    const chart: InheritableSpec = { ...general, roles: { [kind]: own } };
    const once = resolved({ chart });
    const twice = resolved({ policy: { name: "own", spec: chart }, chart });
    deepEqual(twice.settings, once.settings);
    deepEqual(Object.keys(twice.origins).sort(), Object.keys(once.origins).sort());
  }));
});

Deno.test("resolvePolicy() knows the origin of every value that a role says", () => {
  fc.assert(fc.property(volumes, fc.constantFrom(...ROLE_KINDS), (own, kind) => {
    const { origins } = resolved({
      policy: { name: "own", spec: { roles: { [kind]: own } } },
      chart: { thresholds: { warning: 1 } },
    });
    const paths = Object.entries(own).flatMap(([section, fields]) =>
      Object.keys(fields).map((field) => `roles.${kind}.${section}.${field}`)
    );
    const found = Object.keys(origins).filter((path) => path.startsWith("roles."));
    deepEqual(found.sort(), paths.sort());
    for (const path of paths) deepEqual(origins[path], { kind: "policy", name: "own" });
  }));
});
