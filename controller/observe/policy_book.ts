/**
 * Which policy governs which cluster, worked out again only when something about it has changed.
 *
 * @module
 */

import {
  type Assignments,
  assignPolicies,
  type ClusterAssignment,
  type PolicyAssignment,
} from "../../lib/policy/overlap.ts";
import type { InheritableSpec } from "../../lib/policy/policy_spec.ts";
import type { NamedSpec } from "../../lib/policy/resolve.ts";
import type { SelectableCluster } from "../../lib/policy/select.ts";
import type { StoragePolicy } from "../../lib/policy/storage_policy.ts";
import type { Governance } from "../../lib/view/cluster.ts";
import { type NamespacedName, objectKey } from "../../lib/view/object_key.ts";
import { resolveChecked } from "./resolve_checked.ts";

/** What assignments depend on. */
export interface PolicySources {
  policies(): readonly StoragePolicy[];
  clusters(): readonly SelectableCluster[];
  /** Name of the policy that governed each cluster so far, by `NAMESPACE/NAME`. */
  incumbents(): ReadonlyMap<string, string>;
  /** Told the key of a cluster that another policy governs, or lies beneath, than when somebody last asked. */
  readonly onReassigned: (clusterKey: string) => void;
  /** The chart's defaults. */
  readonly chart: InheritableSpec;
}

/** A policy with what it came to, for its status. */
export interface PolicyReport {
  readonly policy: StoragePolicy;
  readonly assignment: PolicyAssignment;
}

/** Answers who governs what. */
export interface PolicyBook {
  /** Something of the sources has changed. */
  invalidate(): void;
  governanceOf(cluster: SelectableCluster): Governance;
  reports(): readonly PolicyReport[];
  /**
   * Keys of the clusters that share a breaker with a cluster, itself included; none where each has its own. The
   * list is the same one for all of them until anything about policies or clusters changes.
   */
  sharingBreaker(cluster: NamespacedName): readonly string[];
}

interface Edition {
  readonly assignments: Assignments;
  readonly clusters: ReadonlyMap<string, ClusterAssignment>;
  readonly policies: ReadonlyMap<string, StoragePolicy>;
  /** Resolved policies, by the names of their layers. */
  readonly resolved: Map<string, Governance>;
  /** Keys of the clusters that a policy manages, by its key. */
  readonly managed: Map<string, readonly string[]>;
}

/** Creates a book that reads its sources when it is first asked. */
export function createPolicyBook(sources: PolicySources): PolicyBook {
  let edition: Edition | undefined;
  let earlier: Edition["clusters"] = new Map();

  function current(): Edition {
    if (edition !== undefined) return edition;
    edition = write(sources);
    const moved = reassigned(earlier, edition.clusters);
    earlier = edition.clusters;
    for (const key of moved) sources.onReassigned(key);
    return edition;
  }

  return {
    invalidate(): void {
      edition = undefined;
    },
    governanceOf(cluster): Governance {
      const assignment = current().clusters.get(objectKey(cluster));
      if (assignment === undefined) return { kind: "none" };
      return governanceOf(assignment, current(), sources.chart);
    },
    sharingBreaker(cluster): readonly string[] {
      const assignment = current().clusters.get(objectKey(cluster));
      if (assignment === undefined) return [];
      const governance = governanceOf(assignment, current(), sources.chart);
      if (governance.kind !== "policy") return [];
      if (governance.policy.settings.circuitBreaker.scope !== "global") return [];
      const { namespace } = assignment;
      return managedBy({ namespace, name: governance.policyName }, current());
    },
    reports(): readonly PolicyReport[] {
      const { assignments, policies } = current();
      return assignments.policies.flatMap((assignment) => {
        const policy = policies.get(objectKey(assignment));
        return policy === undefined ? [] : [{ policy, assignment }];
      });
    },
  };
}

function write(sources: PolicySources): Edition {
  const policies = sources.policies();
  const assignments = assignPolicies(sources.clusters(), policies, sources.incumbents());
  return {
    assignments,
    clusters: new Map(assignments.clusters.map((cluster) => [objectKey(cluster), cluster])),
    policies: new Map(policies.map((policy) => [objectKey(policy), policy])),
    resolved: new Map(),
    managed: new Map(),
  };
}

function managedBy(policy: NamespacedName, { assignments, managed }: Edition): readonly string[] {
  const known = managed.get(objectKey(policy));
  if (known !== undefined) return known;
  const { namespace } = policy;
  const keys = assignments.policies
    .filter((other) => objectKey(other) === objectKey(policy))
    .flatMap(({ managedClusters }) => managedClusters)
    .map((name) => objectKey({ namespace, name }));
  managed.set(objectKey(policy), keys);
  return keys;
}

/** Keys of clusters that were there before and are assigned otherwise now. */
function reassigned(before: Edition["clusters"], now: Edition["clusters"]): string[] {
  return [...now].filter(([key, assignment]) => {
    const previous = before.get(key);
    return previous !== undefined && governorsOf(previous) !== governorsOf(assignment);
  }).map(([key]) => key);
}

function governorsOf({ governing, namespaceDefault = "" }: ClusterAssignment): string {
  const name = governing.kind === "none" ? "" : governing.policyName;
  return [governing.kind, name, namespaceDefault].join("/");
}

function governanceOf(
  assignment: ClusterAssignment,
  edition: Edition,
  chart: InheritableSpec,
): Governance {
  const { governing, namespace, namespaceDefault } = assignment;
  if (governing.kind !== "policy") return governing;
  const { policyName } = governing;
  const message = unreadableLayer([policyName, namespaceDefault], namespace, edition);
  if (message !== undefined) return { kind: "invalid", policyName, message };
  const layersKey = `${namespace}/${policyName}/${namespaceDefault ?? ""}`;
  const known = edition.resolved.get(layersKey);
  if (known !== undefined) return known;
  const resolution = resolveChecked({
    policy: policyName === namespaceDefault ? undefined : layerOf(policyName, namespace, edition),
    namespaceDefault: layerOf(namespaceDefault, namespace, edition),
    chart,
  });
  const governance: Governance = resolution.kind === "resolved"
    ? { kind: "policy", policyName, policy: resolution.policy }
    : { kind: "invalid", policyName, message: resolution.message };
  edition.resolved.set(layersKey, governance);
  return governance;
}

/** Settings that nobody could read may have forbidden what the rest allows. */
function unreadableLayer(
  names: readonly (string | undefined)[],
  namespace: string,
  { policies }: Edition,
): string | undefined {
  for (const name of names) {
    if (name === undefined) continue;
    const problem = policies.get(objectKey({ namespace, name }))?.unreadable;
    if (problem !== undefined) return `${problem} (${name})`;
  }
  return undefined;
}

function layerOf(
  name: string | undefined,
  namespace: string,
  edition: Edition,
): NamedSpec | undefined {
  const policy = name === undefined
    ? undefined
    : edition.policies.get(objectKey({ namespace, name }));
  return policy && { name: policy.name, spec: policy.spec };
}
