/**
 * The patch that raises one size in a Cluster's spec.
 *
 * @module
 */

import type { JsonObject, Patch } from "../../kube/api.ts";
import type { WriteBackSize } from "../../lib/decide/plan.ts";
import { formatQuantity } from "../../lib/units/quantity.ts";
import { tablespaceOf } from "../../lib/view/role.ts";

/**
 * Raises the size of `action.role` in the Cluster that stands at `resourceVersion`.
 *
 * Tablespaces are a list, which a merge patch would replace as a whole: theirs is a JSON patch that first
 * tests the name at the index.
 */
export function specPatch(action: WriteBackSize, resourceVersion: string): Patch {
  const size = formatQuantity(action.toBytes);
  const tablespaceName = tablespaceOf(action.role);
  if (tablespaceName === undefined) {
    const section = action.role === "wal" ? "walStorage" : "storage";
    return {
      type: "merge",
      body: { metadata: { resourceVersion }, spec: { [section]: sizeMember(action, size) } },
    };
  }
  const base = `/spec/tablespaces/${action.tablespaceIndex}`;
  return {
    type: "json",
    body: [
      { op: "replace", path: "/metadata/resourceVersion", value: resourceVersion },
      { op: "test", path: `${base}/name`, value: tablespaceName },
      { op: "replace", path: `${base}/storage/${sizePath(action)}`, value: size },
    ],
  };
}

function sizeMember(action: WriteBackSize, size: string): JsonObject {
  return action.field === "size"
    ? { size }
    : { pvcTemplate: { resources: { requests: { storage: size } } } };
}

function sizePath(action: WriteBackSize): string {
  return action.field === "size" ? "size" : "pvcTemplate/resources/requests/storage";
}
