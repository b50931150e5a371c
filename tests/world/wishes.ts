/**
 * What users want of a cluster: the side of the gate table (DESIGN §5) that they decide.
 *
 * @module
 */

import type { JsonObject } from "../../kube/api.ts";
import { GROUP_VERSION } from "../../lib/policy/api_group.ts";

/** A maintenance window, in the clock of the world; it comes once while a world lasts. */
export interface WindowWish {
  readonly opensAtMs: number;
  readonly minutes: number;
  readonly emergencyExempt: boolean;
}

/** What a policy says. */
export interface PolicyWish {
  readonly expansionPercent: number;
  readonly emergencyPercent: number;
  readonly growthPercent: number;
  readonly maxSizeGibibytes: number;
  readonly cooldownMinutes: number;
  readonly parallelism: number;
  readonly maxFailures: number;
  readonly resetMinutes: number;
  readonly dryRun: boolean;
  readonly enabled: boolean;
  /** The policy leaves the cluster alone that it selects. */
  readonly excluded: boolean;
  /** Whether failures stop every volume of the cluster, and not only the one that failed. */
  readonly sharesBreaker: boolean;
  /** Whether the Cluster's spec is to follow its volumes; else replicas come up smaller. */
  readonly writesBack: boolean;
  readonly window?: WindowWish | undefined;
  /** What holds for volumes of WAL alone. */
  readonly wal?: RoleWish | undefined;
  /** Absent: nothing grows only because it is going to be full. */
  readonly timeToFullHours?: number | undefined;
}

/** What a policy may say of one role by itself. */
export type RoleWish = Pick<
  PolicyWish,
  "expansionPercent" | "emergencyPercent" | "maxSizeGibibytes" | "cooldownMinutes"
>;

/** What a policy says of the volumes of a role. */
export function policyOfRole(policy: PolicyWish, role: string): PolicyWish {
  return role === "wal" ? { ...policy, ...policy.wal } : policy;
}

/** What is wanted of a cluster at one time. */
export interface Wishes {
  /** Absent: no policy governs it. */
  readonly policy?: PolicyWish | undefined;
  readonly paused: boolean;
}

/** Used shares in percent. */
export interface Thresholds {
  readonly warning: number;
  readonly critical: number;
  readonly expansion: number;
  readonly emergency: number;
}

/** Whether the manager may change anything of the cluster at all. */
export function mayAct({ policy, paused }: Wishes): boolean {
  return policy !== undefined && policy.enabled && !policy.excluded && !policy.dryRun && !paused;
}

/** A StoragePolicy that says so for the clusters labelled `cluster: NAME`. */
export function policyManifest(
  policy: { readonly namespace: string; readonly name: string },
  cluster: string,
  wish: PolicyWish,
): JsonObject {
  return {
    apiVersion: GROUP_VERSION,
    kind: "StoragePolicy",
    metadata: { ...policy },
    spec: Object.fromEntries(
      Object.entries(policySpec(cluster, wish)).filter(([, value]) => value !== null),
    ),
  };
}

/** The spec of that policy, to be merged over another one: null where that may say more. */
export function policySpec(name: string, wish: PolicyWish): JsonObject {
  const { timeToFullHours } = wish;
  return {
    selector: { matchLabels: { cluster: name } },
    excludeClusters: wish.excluded ? [{ name }] : null,
    dryRun: wish.dryRun,
    thresholds: {
      ...thresholdsOf(wish),
      timeToFull: timeToFullHours === undefined ? null : `${timeToFullHours}h`,
    },
    roles: wish.wal === undefined ? null : { wal: roleSpec(wish.wal) },
    expansion: {
      enabled: wish.enabled,
      percentage: wish.growthPercent,
      minIncrementGi: 1,
      maxSize: `${wish.maxSizeGibibytes}Gi`,
      cooldownMinutes: wish.cooldownMinutes,
      parallelism: wish.parallelism,
      writeBack: wish.writesBack ? "cluster" : "none",
    },
    maintenanceWindows: wish.window === undefined ? null : [windowSpec(wish.window)],
    circuitBreaker: {
      maxFailures: wish.maxFailures,
      resetMinutes: wish.resetMinutes,
      scope: wish.sharesBreaker ? "global" : "per-cluster",
    },
  };
}

/** Whether a policy lets routine expansions begin at an instant. */
export function isWindowOpen({ window }: PolicyWish, atMs: number): boolean {
  if (window === undefined) return true;
  const sinceMs = atMs - window.opensAtMs;
  return sinceMs >= 0 && sinceMs < window.minutes * MINUTE_MS;
}

const MINUTE_MS = 60_000;

/** The thresholds that a policy has where it has these two. */
export function thresholdsOf(
  { expansionPercent: expansion, emergencyPercent: emergency }: Pick<
    PolicyWish,
    "expansionPercent" | "emergencyPercent"
  >,
): Thresholds {
  return { warning: expansion - 15, critical: expansion - 5, expansion, emergency };
}

function roleSpec(wish: RoleWish): JsonObject {
  return {
    thresholds: { ...thresholdsOf(wish) },
    expansion: {
      maxSize: `${wish.maxSizeGibibytes}Gi`,
      cooldownMinutes: wish.cooldownMinutes,
    },
  };
}

function windowSpec({ opensAtMs, minutes, emergencyExempt }: WindowWish): JsonObject {
  const opens = new Date(opensAtMs);
  const schedule = `${opens.getUTCMinutes()} ${opens.getUTCHours()} * * *`;
  return { schedule, duration: `${minutes}m`, timeZone: "UTC", emergencyExempt };
}

/** The policies among wishes. */
export function wishedPolicies(wishes: readonly Wishes[]): readonly PolicyWish[] {
  return wishes.flatMap(({ policy }) => policy === undefined ? [] : [policy]);
}
