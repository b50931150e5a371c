/**
 * The settings that govern a cluster, with where each comes from.
 *
 * Only what StoragePolicies say is known here: the manager's own defaults are in its configuration, which users
 * need not be able to read.
 *
 * @module
 */

import { isJsonObject } from "../../kube/json.ts";
import type { InheritableSpec } from "../../lib/policy/policy_spec.ts";
import type { PolicySources } from "../read/report.ts";

/** One setting. */
export interface Setting {
  /** As in the policy's spec: `expansion.maxSize`. */
  readonly path: string;
  readonly value: string;
  /** Which object says so. */
  readonly origin: string;
}

/** Parts of a spec that select clusters, and settle nothing for them. */
const SELECTING = ["selector", "excludeClusters"];

/** The settings that policies decide, in alphabetical order. */
export function settingsOf({ policy, namespaceDefault }: PolicySources): Setting[] {
  const settings = leavesOf(policy.spec).map((leaf) => ({
    ...leaf,
    origin: `policy ${policy.name}`,
  }));
  const inherited = namespaceDefault === undefined || namespaceDefault.name === policy.name
    ? []
    : leavesOf(namespaceDefault.spec)
      .filter(({ path }) => settings.every((setting) => setting.path !== path))
      .map((leaf) => ({ ...leaf, origin: `namespace default ${namespaceDefault.name}` }));
  return [...settings, ...inherited].sort((first, second) => first.path < second.path ? -1 : 1);
}

/** Lists are one value: a nearer policy replaces them whole. */
function leavesOf(spec: InheritableSpec): { readonly path: string; readonly value: string }[] {
  return Object.entries(spec).filter(([name]) => !SELECTING.includes(name))
    .flatMap(([name, value]) => leaves(name, value));
}

function leaves(path: string, value: unknown): { path: string; value: string }[] {
  if (value === undefined || value === null) return [];
  if (isJsonObject(value)) {
    return Object.entries(value).flatMap(([name, inner]) => leaves(`${path}.${name}`, inner));
  }
  return [{ path, value: typeof value === "string" ? value : JSON.stringify(value) }];
}
