/**
 * A policy after inheritance: total, every value with its origin.
 *
 * @module
 */

import type { Bytes } from "../units/bytes.ts";
import type { Millis } from "../units/millis.ts";
import type { Percent } from "../units/percent.ts";
import type { RoleKind } from "./roles_spec.ts";

/** Thresholds on the pressure of a volume (PRD StoragePolicy `thresholds`). */
export interface ThresholdSettings {
  readonly warning: Percent;
  readonly critical: Percent;
  readonly expansion: Percent;
  readonly emergency: Percent;
  /** Besides the percentages: less free than this counts as `expansion`. Absent: not judged. */
  readonly minFreeBytes?: Bytes | undefined;
  /** Besides the percentages: full sooner than this counts as `expansion`. Absent: not judged. */
  readonly timeToFullMs?: Millis | undefined;
  /** Share of inodes in use that counts as `critical`; an expansion is no sure cure. */
  readonly inodes: Percent;
}

/** A rule for volumes up to a size: larger volumes grow by smaller shares. */
export interface ExpansionTier {
  /** The tier applies to volumes up to this size. */
  readonly upToBytes: Bytes;
  readonly percentage: Percent;
}

/** How volumes grow (PRD StoragePolicy `expansion`). */
export interface ExpansionSettings {
  readonly enabled: boolean;
  readonly percentage: Percent;
  readonly minIncrementBytes: Bytes;
  /** Absent: the default factor times the size first seen (DESIGN §5). */
  readonly maxSizeBytes?: Bytes | undefined;
  readonly cooldownMs: Millis;
  /** Who raises the size in the Cluster's spec: we do, or nobody does (GitOps). */
  readonly writeBack: "cluster" | "none";
  /** How many volumes after the canary may grow at the same time. */
  readonly parallelism: number;
  /** Ordered by `upToBytes`; a volume above the last tier grows by `percentage`. */
  readonly tiers: readonly ExpansionTier[];
}

/** When WAL may be removed (PRD StoragePolicy `walCleanup`). */
export interface WalCleanupSettings {
  readonly enabled: boolean;
  readonly retainCount: number;
  readonly requireArchived: boolean;
  readonly cooldownMs: Millis;
}

/** When repeated failures stop further tries (PRD StoragePolicy `circuitBreaker`). */
export interface CircuitBreakerSettings {
  readonly maxFailures: number;
  readonly resetMs: Millis;
  readonly scope: "per-cluster" | "global";
}

/** Where an alert goes; secrets are named, never held (PRD StoragePolicy `alerting.channels`). */
export interface AlertChannel {
  readonly type: "alertmanager" | "slack" | "pagerduty" | "email" | "webhook";
  readonly endpoint?: string | undefined;
  readonly webhookSecret?: string | undefined;
  readonly routingKeySecret?: string | undefined;
  readonly channel?: string | undefined;
}

/** Who is told, and how often (PRD StoragePolicy `alerting`). */
export interface AlertingSettings {
  readonly channels: readonly AlertChannel[];
  readonly suppressDuringRemediation: boolean;
  readonly escalationMs: Millis;
}

/** How the volumes of one role are judged and grow. */
export interface RoleSettings {
  readonly thresholds: ThresholdSettings;
  readonly expansion: ExpansionSettings;
}

/** A span of time in which routine expansions may begin. */
export interface MaintenanceWindowSettings {
  /** Five fields as in cron, not checked yet. */
  readonly schedule: string;
  readonly durationMs: Millis;
  /** IANA name, not checked yet. */
  readonly timeZone: string;
  /** Whether emergencies go on outside of it. */
  readonly emergencyExempt: boolean;
}

/** Every setting of a policy. */
export interface PolicySettings {
  readonly dryRun: boolean;
  /** What roles have that say nothing of their own; volumes are judged by their role's thresholds. */
  readonly thresholds: ThresholdSettings;
  /** What roles have that say nothing of their own; volumes grow by their role's settings. */
  readonly expansion: ExpansionSettings;
  readonly roles: Readonly<Record<RoleKind, RoleSettings>>;
  /** None: routine expansions may begin at any time. */
  readonly maintenanceWindows: readonly MaintenanceWindowSettings[];
  readonly walCleanup: WalCleanupSettings;
  readonly circuitBreaker: CircuitBreakerSettings;
  readonly alerting: AlertingSettings;
}

/** Where a value came from (PRD Policy Engine: cluster-specific over namespace default over chart defaults). */
export type Origin =
  | { readonly kind: "policy"; readonly name: string }
  | { readonly kind: "namespace-default"; readonly name: string }
  | { readonly kind: "chart" }
  | { readonly kind: "built-in" };

/** A total policy. */
export interface ResolvedPolicy {
  readonly settings: PolicySettings;
  /** Origin of each value, keyed by its path in the StoragePolicy, for example `thresholds.warning`. */
  readonly origins: Readonly<Record<string, Origin>>;
}
