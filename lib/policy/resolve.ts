/**
 * Inheritance: from what several layers say to one total policy (DESIGN §7; PRD Policy Engine).
 *
 * The first layer that sets a field decides it: the policy that selects the cluster, the namespace's default,
 * the chart, the built-in values. Lists are one value: a layer's `tiers` or `channels` replace inherited ones.
 *
 * @module
 */

import { type Bytes, bytes, GIBIBYTE } from "../units/bytes.ts";
import { type Millis, millis, MINUTE } from "../units/millis.ts";
import { percent } from "../units/percent.ts";
import { formatQuantity, parseBytes } from "../units/quantity.ts";
import { BUILT_IN_DEFAULTS } from "./defaults.ts";
import { type Layer, type LayerReader, readLayers } from "./layers.ts";
import type { InheritableSpec } from "./policy_spec.ts";
import type {
  AlertingSettings,
  CircuitBreakerSettings,
  ExpansionSettings,
  ExpansionTier,
  Origin,
  ResolvedPolicy,
  ThresholdSettings,
  WalCleanupSettings,
} from "./resolved.ts";

/** What a StoragePolicy contributes to inheritance. */
export interface NamedSpec {
  readonly name: string;
  readonly spec: InheritableSpec;
}

/** The layers of one cluster, most specific first. */
export interface PolicyLayers {
  /** The policy whose selector matches the cluster. */
  readonly policy?: NamedSpec | undefined;
  /** The policy with an empty selector in the cluster's namespace. */
  readonly namespaceDefault?: NamedSpec | undefined;
  /** `defaults` of the chart's values. */
  readonly chart: InheritableSpec;
}

/** A total policy, or why the layers make none. */
export type Resolution =
  | { readonly kind: "resolved"; readonly policy: ResolvedPolicy }
  | { readonly kind: "invalid"; readonly message: string };

const ORDERED_THRESHOLDS = ["warning", "critical", "expansion", "emergency"] as const;

/**
 * Resolves the layers of one cluster. Layers that are sound by themselves may contradict each other: then the
 * result is `invalid`, and its message names both values with their origins.
 */
export function resolvePolicy(layers: PolicyLayers): Resolution {
  const reader = readLayers(layerList(layers));
  const policy: ResolvedPolicy = {
    settings: {
      dryRun: reader.required("dryRun", (spec) => spec.dryRun, BUILT_IN_DEFAULTS.dryRun),
      thresholds: resolveThresholds(reader),
      expansion: resolveExpansion(reader),
      walCleanup: resolveWalCleanup(reader),
      circuitBreaker: resolveCircuitBreaker(reader),
      alerting: resolveAlerting(reader),
    },
    origins: reader.origins(),
  };
  const message = thresholdContradiction(policy) ?? tierContradiction(policy);
  return message === undefined ? { kind: "resolved", policy } : { kind: "invalid", message };
}

/** An origin in words: `policy production`, `the chart's defaults`. */
export function describeOrigin(origin: Origin): string {
  switch (origin.kind) {
    case "policy":
      return `policy ${origin.name}`;
    case "namespace-default":
      return `namespace default ${origin.name}`;
    case "chart":
      return "the chart's defaults";
    case "built-in":
      return "the built-in defaults";
  }
}

function layerList({ policy, namespaceDefault, chart }: PolicyLayers): Layer[] {
  const list: Layer[] = [];
  if (policy !== undefined) {
    list.push({ origin: { kind: "policy", name: policy.name }, spec: policy.spec });
  }
  if (namespaceDefault !== undefined && namespaceDefault.name !== policy?.name) {
    list.push({
      origin: { kind: "namespace-default", name: namespaceDefault.name },
      spec: namespaceDefault.spec,
    });
  }
  list.push({ origin: { kind: "chart" }, spec: chart });
  return list;
}

function resolveThresholds(reader: LayerReader): ThresholdSettings {
  const fields = reader.section(
    "thresholds",
    (spec) => spec.thresholds,
    BUILT_IN_DEFAULTS.thresholds,
  );
  const minFree = reader.optional("thresholds.minFree", (spec) => spec.thresholds?.minFree);
  return {
    warning: percent(fields.warning),
    critical: percent(fields.critical),
    expansion: percent(fields.expansion),
    emergency: percent(fields.emergency),
    minFreeBytes: optionalBytes(minFree),
    inodes: percent(fields.inodes),
  };
}

function resolveExpansion(reader: LayerReader): ExpansionSettings {
  const fields = reader.section("expansion", (spec) => spec.expansion, BUILT_IN_DEFAULTS.expansion);
  const maxSize = reader.optional("expansion.maxSize", (spec) => spec.expansion?.maxSize);
  return {
    enabled: fields.enabled,
    percentage: percent(fields.percentage),
    minIncrementBytes: bytes(fields.minIncrementGi * GIBIBYTE),
    maxSizeBytes: optionalBytes(maxSize),
    cooldownMs: minutes(fields.cooldownMinutes),
    writeBack: fields.writeBack,
    parallelism: fields.parallelism,
    tiers: fields.tiers.map(resolveTier).sort((first, second) =>
      first.upToBytes - second.upToBytes
    ),
  };
}

function resolveTier(tier: { readonly upTo: string; readonly percentage: number }): ExpansionTier {
  return { upToBytes: parseBytes(tier.upTo), percentage: percent(tier.percentage) };
}

function resolveWalCleanup(reader: LayerReader): WalCleanupSettings {
  const { cooldownMinutes, ...fields } = reader.section(
    "walCleanup",
    (spec) => spec.walCleanup,
    BUILT_IN_DEFAULTS.walCleanup,
  );
  return { ...fields, cooldownMs: minutes(cooldownMinutes) };
}

function resolveCircuitBreaker(reader: LayerReader): CircuitBreakerSettings {
  const { resetMinutes, ...fields } = reader.section(
    "circuitBreaker",
    (spec) => spec.circuitBreaker,
    BUILT_IN_DEFAULTS.circuitBreaker,
  );
  return { ...fields, resetMs: minutes(resetMinutes) };
}

function resolveAlerting(reader: LayerReader): AlertingSettings {
  const { escalationMinutes, ...fields } = reader.section(
    "alerting",
    (spec) => spec.alerting,
    BUILT_IN_DEFAULTS.alerting,
  );
  return { ...fields, escalationMs: minutes(escalationMinutes) };
}

/** Equal thresholds are sound: of two levels that begin together, the more pressing one counts. */
function thresholdContradiction({ settings, origins }: ResolvedPolicy): string | undefined {
  for (const [index, upper] of ORDERED_THRESHOLDS.entries()) {
    const lower = ORDERED_THRESHOLDS[index - 1];
    if (lower === undefined || settings.thresholds[lower] <= settings.thresholds[upper]) continue;
    return `Cannot order the thresholds: expected ${lower} not above ${upper}, found ` +
      `${withOrigin(`thresholds.${lower}`, settings.thresholds[lower], origins)} and ` +
      `${withOrigin(`thresholds.${upper}`, settings.thresholds[upper], origins)}`;
  }
  return undefined;
}

function withOrigin(
  path: string,
  value: number,
  origins: Readonly<Record<string, Origin>>,
): string {
  const origin = origins[path];
  return origin === undefined ? `${path} ${value}` : `${path} ${value} (${describeOrigin(origin)})`;
}

function tierContradiction({ settings }: ResolvedPolicy): string | undefined {
  const { tiers } = settings.expansion;
  const repeated = tiers.find((tier, index) => tier.upToBytes === tiers[index - 1]?.upToBytes);
  return repeated === undefined
    ? undefined
    : `Cannot order expansion.tiers: expected every upTo once, found ` +
      `${formatQuantity(repeated.upToBytes)} twice`;
}

function minutes(count: number): Millis {
  return millis(count * MINUTE);
}

function optionalBytes(text: string | undefined): Bytes | undefined {
  return text === undefined ? undefined : parseBytes(text);
}
