/**
 * Which policy governs which cluster, where several select it (DESIGN §7).
 *
 * Of several policies, the incumbent keeps the cluster as long as it still selects it, then the oldest policy
 * wins, then the first by name. A policy with a selector goes before the namespace's default. The loser never
 * acts. Schema rules and admission see too little to decide this (`kubernetes.md` A5.4).
 *
 * @module
 */

import {
  excludes,
  isNamespaceDefault,
  type SelectableCluster,
  type SelectablePolicy,
  selects,
} from "./select.ts";
import type { Millis } from "../units/millis.ts";
import { objectKey } from "../view/object_key.ts";
import { compareText } from "../view/select.ts";

/** A policy that may win a cluster. */
export interface CandidatePolicy extends SelectablePolicy {
  readonly createdAtMs: Millis;
}

/** The policies of one cluster. */
export interface ClusterAssignment {
  readonly namespace: string;
  readonly name: string;
  readonly governing:
    /** No policy selects it. */
    | { readonly kind: "none" }
    /** A policy selects it and excludes it, and no policy with a selector claims it. */
    | { readonly kind: "excluded"; readonly policyName: string }
    | { readonly kind: "policy"; readonly policyName: string };
  /** The policy whose settings lie beneath the governing one's; it may be the governing one itself. */
  readonly namespaceDefault?: string | undefined;
}

/** A cluster that a policy selects and another one holds. */
export interface Conflict {
  readonly clusterName: string;
  readonly winner: string;
}

/** The clusters of one policy. */
export interface PolicyAssignment {
  readonly namespace: string;
  readonly name: string;
  /** Names of the clusters that it governs, in order. */
  readonly managedClusters: readonly string[];
  /** In order of the clusters' names. */
  readonly conflicts: readonly Conflict[];
}

/** Who governs what. */
export interface Assignments {
  /** In the order of the clusters given. */
  readonly clusters: readonly ClusterAssignment[];
  /** In the order of the policies given. */
  readonly policies: readonly PolicyAssignment[];
}

/** What one cluster's claims came to. */
interface Claims {
  readonly assignment: ClusterAssignment;
  readonly losers: readonly CandidatePolicy[];
}

/**
 * Assigns every cluster to at most one policy.
 *
 * @param incumbents Name of the policy that governed each cluster so far (`status.policy.name` of its
 * ClusterStorage), by {@link objectKey}. The outcome depends on nothing else than the arguments, and on the
 * order of none of them.
 */
export function assignPolicies(
  clusters: readonly SelectableCluster[],
  policies: readonly CandidatePolicy[],
  incumbents: ReadonlyMap<string, string>,
): Assignments {
  const defaults = namespaceDefaults(clusters, policies, incumbents);
  const byNamespace = Map.groupBy(policies, (policy) => policy.namespace);
  const claims = clusters.map((cluster) =>
    claimsOf(
      cluster,
      byNamespace.get(cluster.namespace) ?? [],
      defaults.get(cluster.namespace),
      incumbents.get(objectKey(cluster)),
    )
  );
  return {
    clusters: claims.map((claim) => claim.assignment),
    policies: policies.map((policy) => assignmentOf(policy, claims)),
  };
}

/** A namespace has one default at a time, whatever its clusters; an incumbent is one that governs any of them. */
function namespaceDefaults(
  clusters: readonly SelectableCluster[],
  policies: readonly CandidatePolicy[],
  incumbents: ReadonlyMap<string, string>,
): Map<string, CandidatePolicy> {
  const winners = new Map<string, CandidatePolicy>();
  for (const [namespace, rivals] of Map.groupBy(policies, (policy) => policy.namespace)) {
    const candidates = rivals.filter(isNamespaceDefault);
    const left = candidates.length < 2
      ? []
      : clusters.filter((cluster) =>
        cluster.namespace === namespace && isLeftToDefault(cluster, rivals)
      );
    const winner = winnerOf(
      candidates,
      (policy) =>
        left.some((cluster) =>
          incumbents.get(objectKey(cluster)) === policy.name && !excludes(policy, cluster)
        ),
    );
    if (winner !== undefined) winners.set(namespace, winner);
  }
  return winners;
}

/** Whether no policy with a selector speaks of the cluster: a default that lost it there holds it no longer. */
function isLeftToDefault(
  cluster: SelectableCluster,
  policies: readonly CandidatePolicy[],
): boolean {
  return !policies.some((policy) => !isNamespaceDefault(policy) && selects(policy, cluster));
}

function claimsOf(
  cluster: SelectableCluster,
  policies: readonly CandidatePolicy[],
  namespaceDefault: CandidatePolicy | undefined,
  incumbent: string | undefined,
): Claims {
  const selecting = policies.filter((policy) => selects(policy, cluster));
  const claiming = selecting.filter((policy) => !excludes(policy, cluster));
  const specific = claiming.filter((policy) => !isNamespaceDefault(policy));
  const beneath = claiming.find((policy) => policy === namespaceDefault);
  const winner = winnerOf(specific, (policy) => policy.name === incumbent);
  const excluding = selecting.filter((policy) =>
    excludes(policy, cluster) && (!isNamespaceDefault(policy) || policy === namespaceDefault)
  );
  const governing = winner ?? (excluding.length > 0 ? undefined : beneath);
  const rivals = governing === beneath ? claiming.filter(isNamespaceDefault) : specific;
  return {
    assignment: {
      namespace: cluster.namespace,
      name: cluster.name,
      governing: governingOf(governing, winnerOf(excluding, () => false)),
      namespaceDefault: governing === undefined ? undefined : beneath?.name,
    },
    losers: governing === undefined ? [] : rivals.filter((policy) => policy !== governing),
  };
}

function governingOf(
  governing: CandidatePolicy | undefined,
  excluding: CandidatePolicy | undefined,
): ClusterAssignment["governing"] {
  if (governing !== undefined) return { kind: "policy", policyName: governing.name };
  if (excluding !== undefined) return { kind: "excluded", policyName: excluding.name };
  return { kind: "none" };
}

function winnerOf(
  candidates: readonly CandidatePolicy[],
  isIncumbent: (policy: CandidatePolicy) => boolean,
): CandidatePolicy | undefined {
  return [...candidates].sort((first, second) =>
    Number(isIncumbent(second)) - Number(isIncumbent(first)) ||
    first.createdAtMs - second.createdAtMs ||
    compareText(first.name, second.name)
  )[0];
}

function assignmentOf(policy: CandidatePolicy, claims: readonly Claims[]): PolicyAssignment {
  const managedClusters: string[] = [];
  const conflicts: Conflict[] = [];
  for (const { assignment, losers } of claims) {
    const { governing } = assignment;
    if (assignment.namespace !== policy.namespace || governing.kind !== "policy") continue;
    if (governing.policyName === policy.name) managedClusters.push(assignment.name);
    if (losers.includes(policy)) {
      conflicts.push({ clusterName: assignment.name, winner: governing.policyName });
    }
  }
  return {
    namespace: policy.namespace,
    name: policy.name,
    managedClusters: managedClusters.sort(compareText),
    conflicts: conflicts.sort((first, second) =>
      compareText(first.clusterName, second.clusterName)
    ),
  };
}
