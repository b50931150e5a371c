/**
 * Inheritance: from what several layers say to one total policy (DESIGN §7; PRD Policy Engine).
 *
 * The first layer that sets a field decides it: the policy that selects the cluster, the namespace's default,
 * the chart, the built-in values. Lists are one value: a layer's `tiers` or `channels` replace inherited ones.
 *
 * @module
 */

import { type Millis, millis, MINUTE } from "../units/millis.ts";
import { contradictionOf } from "./contradictions.ts";
import { BUILT_IN_DEFAULTS } from "./defaults.ts";
import { type Layer, type LayerReader, readLayers } from "./layers.ts";
import { windowLength } from "./maintenance_window_spec.ts";
import type { InheritableSpec } from "./policy_spec.ts";
import { resolveVolumes } from "./resolve_volumes.ts";
import type {
  AlertingSettings,
  CircuitBreakerSettings,
  MaintenanceWindowSettings,
  ResolvedPolicy,
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

/**
 * Resolves the layers of one cluster. Layers that are sound by themselves may contradict each other: then the
 * result is `invalid`, and its message names both values with their origins.
 */
export function resolvePolicy(layers: PolicyLayers): Resolution {
  const reader = readLayers(layerList(layers));
  const policy: ResolvedPolicy = {
    settings: {
      dryRun: reader.required("dryRun", (spec) => spec.dryRun, BUILT_IN_DEFAULTS.dryRun),
      ...resolveVolumes(reader),
      maintenanceWindows: resolveWindows(reader),
      walCleanup: resolveWalCleanup(reader),
      circuitBreaker: resolveCircuitBreaker(reader),
      alerting: resolveAlerting(reader),
    },
    origins: reader.origins(),
  };
  const message = contradictionOf(policy);
  return message === undefined ? { kind: "resolved", policy } : { kind: "invalid", message };
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

function resolveWindows(reader: LayerReader): MaintenanceWindowSettings[] {
  const windows = reader.required<NonNullable<InheritableSpec["maintenanceWindows"]>>(
    "maintenanceWindows",
    (spec) => spec.maintenanceWindows,
    [...BUILT_IN_DEFAULTS.maintenanceWindows],
  );
  return windows.map(({ schedule, duration, timeZone, emergencyExempt = true }) => ({
    schedule,
    durationMs: windowLength(duration),
    timeZone,
    emergencyExempt,
  }));
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

function minutes(count: number): Millis {
  return millis(count * MINUTE);
}
