/**
 * What users want of a cluster: the side of the gate table (DESIGN §5) that they decide.
 *
 * @module
 */

import type { JsonObject } from "../../kube/api.ts";
import { GROUP_VERSION } from "../../lib/policy/api_group.ts";

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
}

/** What is wanted of a cluster at one time. */
export interface Wishes {
  /** Absent: no policy governs it. */
  readonly policy?: PolicyWish | undefined;
  readonly paused: boolean;
}

/** Whether the manager may change anything of the cluster at all. */
export function mayAct({ policy, paused }: Wishes): boolean {
  return policy !== undefined && policy.enabled && !policy.dryRun && !paused;
}

/** A StoragePolicy that says so for the clusters labelled `cluster: NAME`. */
export function policyManifest(namespace: string, name: string, wish: PolicyWish): JsonObject {
  return {
    apiVersion: GROUP_VERSION,
    kind: "StoragePolicy",
    metadata: { namespace, name },
    spec: policySpec(name, wish),
  };
}

/** The spec of that policy. */
export function policySpec(name: string, wish: PolicyWish): JsonObject {
  const { expansionPercent: expansion, emergencyPercent: emergency } = wish;
  return {
    selector: { matchLabels: { cluster: name } },
    dryRun: wish.dryRun,
    thresholds: { warning: expansion - 15, critical: expansion - 5, expansion, emergency },
    expansion: {
      enabled: wish.enabled,
      percentage: wish.growthPercent,
      minIncrementGi: 1,
      maxSize: `${wish.maxSizeGibibytes}Gi`,
      cooldownMinutes: wish.cooldownMinutes,
      parallelism: wish.parallelism,
    },
    circuitBreaker: { maxFailures: wish.maxFailures, resetMinutes: wish.resetMinutes },
  };
}

/** The policies among wishes. */
export function wishedPolicies(wishes: readonly Wishes[]): readonly PolicyWish[] {
  return wishes.flatMap(({ policy }) => policy === undefined ? [] : [policy]);
}
