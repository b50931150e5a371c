/**
 * Which clusters a policy selects (PRD StoragePolicy `selector`; DESIGN §7).
 *
 * A policy reaches clusters of its own namespace only.
 *
 * @module
 */

import { OPERATOR_LABELS } from "./operator_names.ts";
import type { PolicySpec } from "./policy_spec.ts";
import type { MatchExpression, Selector } from "./selector_spec.ts";

/** A Cluster, as far as selection looks at it. */
export interface SelectableCluster {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A StoragePolicy, as far as selection looks at it. */
export interface SelectablePolicy {
  readonly namespace: string;
  readonly name: string;
  readonly spec: Pick<PolicySpec, "selector" | "excludeClusters">;
}

/** Whether the policy has no selector, and so is the default of its namespace. */
export function isNamespaceDefault(policy: SelectablePolicy): boolean {
  const { matchLabels, matchExpressions } = policy.spec.selector ?? {};
  return Object.keys(matchLabels ?? {}).length === 0 && (matchExpressions ?? []).length === 0;
}

/**
 * Whether the policy's selector matches the cluster, in the same namespace. An empty selector matches; an
 * exclusion is not looked at.
 */
export function selects(policy: SelectablePolicy, cluster: SelectableCluster): boolean {
  if (policy.namespace !== cluster.namespace) return false;
  return matchesSelector(policy.spec.selector ?? {}, {
    ...cluster.labels,
    [OPERATOR_LABELS.cluster]: cluster.name,
  });
}

/** Whether the policy names the cluster in `excludeClusters`. */
export function excludes(policy: SelectablePolicy, cluster: SelectableCluster): boolean {
  return (policy.spec.excludeClusters ?? []).some((excluded) =>
    excluded.name === cluster.name &&
    (excluded.namespace ?? policy.namespace) === cluster.namespace
  );
}

/** Whether labels meet every term of a selector, as in Kubernetes. */
export function matchesSelector(
  selector: Selector,
  labels: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(selector.matchLabels ?? {})
    .every(([key, value]) => labelOf(labels, key) === value) &&
    (selector.matchExpressions ?? []).every((expression) => matchesExpression(expression, labels));
}

function matchesExpression(
  { key, operator, values = [] }: MatchExpression,
  labels: Readonly<Record<string, string>>,
): boolean {
  const value = labelOf(labels, key);
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
  }
}

function labelOf(labels: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
