/**
 * What the operator reads of a Cluster.
 *
 * @module
 */

import type { JsonObject } from "../../kube/api.ts";
import { parseBytes } from "../../lib/units/quantity.ts";
import { type Role, tablespaceRole } from "../../lib/view/role.ts";
import { numberAt, objectAt, objectsAt, textAt, valueAt } from "../component/read_json.ts";
import { ANNOTATION } from "./names.ts";

/** A volume that every instance has, as the spec declares it. */
export interface DeclaredVolume {
  readonly role: Role;
  readonly sizeBytes: number;
  readonly storageClass: string | undefined;
}

/** A Cluster. */
export interface ClusterState {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly terminating: boolean;
  /** A user wants the operator to leave the cluster alone. */
  readonly reconciliationDisabled: boolean;
  /** How many instances are wanted. */
  readonly instances: number;
  readonly volumes: readonly DeclaredVolume[];
  /** Whether claims in use are raised to the declared size; CNPG asks `spec.storage` alone (`cnpg.md` §5.2). */
  readonly resizeInUseVolumes: boolean;
  readonly currentPrimary: string | undefined;
  readonly targetPrimary: string | undefined;
  readonly targetPrimarySinceMs: number;
  readonly status: JsonObject;
}

/** Reads a Cluster. */
export function readCluster(object: JsonObject): ClusterState {
  const status = objectAt(object, "status");
  const since = textAt(status, "targetPrimaryTimestamp");
  return {
    namespace: textAt(object, "metadata", "namespace") ?? "",
    name: textAt(object, "metadata", "name") ?? "",
    uid: textAt(object, "metadata", "uid") ?? "",
    terminating: textAt(object, "metadata", "deletionTimestamp") !== undefined,
    reconciliationDisabled:
      textAt(object, "metadata", "annotations", ANNOTATION.reconciliationLoop) === "disabled",
    instances: numberAt(object, "spec", "instances") ?? 1,
    volumes: declaredVolumes(objectAt(object, "spec")),
    resizeInUseVolumes: valueAt(object, "spec", "storage", "resizeInUseVolumes") !== false,
    currentPrimary: textAt(status, "currentPrimary"),
    targetPrimary: textAt(status, "targetPrimary"),
    targetPrimarySinceMs: since === undefined ? 0 : Date.parse(since),
    status,
  };
}

function declaredVolumes(spec: JsonObject): DeclaredVolume[] {
  const tablespaces = objectsAt(spec, "tablespaces").flatMap((tablespace) =>
    declaredVolume(
      tablespaceRole(textAt(tablespace, "name") ?? ""),
      objectAt(tablespace, "storage"),
    )
  );
  return [
    ...declaredVolume("data", objectAt(spec, "storage")),
    ...declaredVolume("wal", objectAt(spec, "walStorage")),
    ...tablespaces,
  ];
}

/** `size` wins over the template (`GetSizeOrNil` in CNPG's `api/v1/cluster_funcs.go`). */
function declaredVolume(role: Role, storage: JsonObject): DeclaredVolume[] {
  const size = textAt(storage, "size") ??
    textAt(storage, "pvcTemplate", "resources", "requests", "storage");
  if (size === undefined) return [];
  const storageClass = textAt(storage, "storageClass") ??
    textAt(storage, "pvcTemplate", "storageClassName");
  return [{ role, sizeBytes: parseBytes(size), storageClass }];
}
