/**
 * What the operator reads of an instance's claim.
 *
 * @module
 */

import type { JsonObject } from "../../kube/api.ts";
import { parseBytes } from "../../lib/units/quantity.ts";
import { type Role, tablespaceRole } from "../../lib/view/role.ts";
import { objectsAt, textAt } from "../component/read_json.ts";
import { ANNOTATION, LABEL } from "./names.ts";

/** A claim of an instance. */
export interface ClaimState {
  readonly name: string;
  readonly instance: string;
  readonly role: Role;
  readonly requestBytes: number;
  readonly resizing: boolean;
  /** `initializing` until the instance's first data is on it, then `ready`. */
  readonly status: string | undefined;
  readonly instanceRole: string | undefined;
}

/** Reads a claim; undefined for one that is going, lost or not an instance's (`cnpg.md` §5.7). */
export function readClaim(object: JsonObject): ClaimState | undefined {
  const role = roleOf(object);
  const instance = textAt(object, "metadata", "labels", LABEL.instanceName);
  const phase = textAt(object, "status", "phase");
  if (textAt(object, "metadata", "deletionTimestamp") !== undefined || phase === "Lost") {
    return undefined;
  }
  if (role === undefined || instance === undefined) return undefined;
  return {
    name: textAt(object, "metadata", "name") ?? "",
    instance,
    role,
    requestBytes: parseBytes(textAt(object, "spec", "resources", "requests", "storage") ?? "0"),
    resizing: objectsAt(object, "status", "conditions")
      .some(({ type, status }) => type === "Resizing" && status === "True"),
    status: textAt(object, "metadata", "annotations", ANNOTATION.pvcStatus),
    instanceRole: textAt(object, "metadata", "labels", LABEL.instanceRole),
  };
}

function roleOf(object: JsonObject): Role | undefined {
  switch (textAt(object, "metadata", "labels", LABEL.pvcRole)) {
    case "PG_DATA":
      return "data";
    case "PG_WAL":
      return "wal";
    case "PG_TABLESPACE": {
      const name = textAt(object, "metadata", "labels", LABEL.tablespaceName);
      return name === undefined ? undefined : tablespaceRole(name);
    }
    default:
      return undefined;
  }
}
