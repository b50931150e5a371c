/**
 * The `apiVersion` of a kind.
 *
 * @module
 */

import type { Resource } from "../../kube/api.ts";

/** `v1`, or `postgresql.cnpg.io/v1`. */
export function apiVersionOf({ group, version }: Resource): string {
  return group === "" ? version : `${group}/${version}`;
}
