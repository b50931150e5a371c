/**
 * What applies where neither a policy, nor the namespace's default, nor the chart says anything.
 *
 * @module
 */

import type { InheritableSpec } from "./policy_spec.ts";

/** Without a `maxSize`, no volume grows beyond this many times the size that was seen first (DESIGN §5). */
export const DEFAULT_MAX_SIZE_FACTOR = 4;

/** An inheritable section with every field present. */
type Total<Section extends keyof InheritableSpec> = {
  readonly [Field in keyof NonNullable<InheritableSpec[Section]>]-?: NonNullable<
    NonNullable<InheritableSpec[Section]>[Field]
  >;
};

/** Fields that stay absent unless somebody sets them. */
type WithoutDefault = "minFree" | "timeToFull" | "maxSize";

/** The built-in values, total but for {@link WithoutDefault what need not be set} and `roles`. */
export interface BuiltInDefaults {
  readonly dryRun: boolean;
  readonly thresholds: Omit<Total<"thresholds">, WithoutDefault>;
  readonly expansion: Omit<Total<"expansion">, WithoutDefault>;
  readonly maintenanceWindows: readonly [];
  readonly walCleanup: Total<"walCleanup">;
  readonly circuitBreaker: Total<"circuitBreaker">;
  readonly alerting: Total<"alerting">;
}

/** PRD values.yaml `defaults` and the PRD's example policy; `inodes`, `writeBack` and `parallelism` are ours. */
export const BUILT_IN_DEFAULTS: BuiltInDefaults = {
  dryRun: false,
  thresholds: { warning: 70, critical: 80, expansion: 85, emergency: 90, inodes: 90 },
  expansion: {
    enabled: true,
    percentage: 50,
    minIncrementGi: 5,
    cooldownMinutes: 30,
    writeBack: "cluster",
    parallelism: 1,
    tiers: [],
  },
  maintenanceWindows: [],
  walCleanup: { enabled: true, retainCount: 10, requireArchived: true, cooldownMinutes: 15 },
  circuitBreaker: { maxFailures: 3, resetMinutes: 60, scope: "per-cluster" },
  alerting: { channels: [], suppressDuringRemediation: true, escalationMinutes: 15 },
};
