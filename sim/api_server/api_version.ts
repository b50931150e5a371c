/**
 * What the API group of a kind says.
 *
 * @module
 */

import type { Resource } from "../../kube/api.ts";

/** `v1`, or `postgresql.cnpg.io/v1`. */
export function apiVersionOf({ group, version }: Resource): string {
  return group === "" ? version : `${group}/${version}`;
}

/** Whether a kind comes from a CustomResourceDefinition, which kube-apiserver treats a little differently. */
export function isCustom({ group }: Resource): boolean {
  return group.includes(".") && !group.endsWith(".k8s.io");
}
