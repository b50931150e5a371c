/**
 * Claims of instances as an API server gives them.
 *
 * @module
 */

import type { JsonObject } from "../../../kube/api.ts";
import { clusterReference, FIXTURE, type MetadataFields, metadataOf } from "./metadata.ts";

/** What a test may say about a claim. */
export interface ClaimFields extends MetadataFields {
  readonly clusterName?: string | undefined;
  readonly clusterUid?: string | undefined;
  /** @default {"orders-1"} */
  readonly instance?: string | undefined;
  /** `data`, `wal`, or the name of a tablespace as `tbs:NAME`. @default {"data"} */
  readonly role?: string | undefined;
  /** @default {"10Gi"} */
  readonly request?: string | undefined;
  /** null leaves the field out. @default {request} */
  readonly capacity?: string | null | undefined;
  /** `status.allocatedResourceStatuses.storage`. */
  readonly resizeStatus?: string | undefined;
  /** Conditions that are true, with their messages. */
  readonly conditions?: Readonly<Record<string, string>> | undefined;
  /** @default {"Bound"} */
  readonly phase?: string | undefined;
  /** null leaves the field out. @default {"fast"} */
  readonly storageClass?: string | null | undefined;
  /** Merged over `spec`. */
  readonly spec?: JsonObject | undefined;
  /** Merged over `status`. */
  readonly status?: JsonObject | undefined;
}

/** A claim of an instance. Its name follows CNPG's rule and its UID is `NAME-claim-uid`, unless set. */
export function claimObject(fields: ClaimFields = {}): JsonObject {
  const clusterName = fields.clusterName ?? FIXTURE.cluster;
  const instance = fields.instance ?? `${clusterName}-1`;
  const role = fields.role ?? "data";
  const name = fields.name ?? claimName(instance, role);
  const labels = {
    "cnpg.io/cluster": clusterName,
    "cnpg.io/instanceName": instance,
    ...roleLabels(role),
    ...fields.labels,
  };
  const request = fields.request ?? "10Gi";
  const storageClassName = fields.storageClass === undefined
    ? FIXTURE.storageClass
    : fields.storageClass;
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: {
      ...metadataOf({ ...fields, labels }, { name, uid: `${name}-claim-uid` }),
      ownerReferences: [clusterReference(clusterName, fields.clusterUid)],
    },
    spec: {
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: request } },
      ...(storageClassName === null ? {} : { storageClassName }),
      volumeMode: "Filesystem",
      volumeName: `pv-${name}`,
      ...fields.spec,
    },
    status: claimStatus(fields, request),
  };
}

function claimName(instance: string, role: string): string {
  if (role === "data") return instance;
  return role === "wal" ? `${instance}-wal` : `${instance}-tbs-${tablespaceName(role)}`;
}

function roleLabels(role: string): Readonly<Record<string, string>> {
  if (role === "data") return { "cnpg.io/pvcRole": "PG_DATA" };
  if (role === "wal") return { "cnpg.io/pvcRole": "PG_WAL" };
  return { "cnpg.io/pvcRole": "PG_TABLESPACE", "cnpg.io/tablespaceName": tablespaceName(role) };
}

function tablespaceName(role: string): string {
  return role.replace(/^tbs:/, "");
}

function claimStatus(fields: ClaimFields, request: string): JsonObject {
  const capacity = fields.capacity === undefined ? request : fields.capacity;
  const conditions = Object.entries(fields.conditions ?? {})
    .map(([type, message]) => ({ type, status: "True", message }));
  return {
    phase: fields.phase ?? "Bound",
    accessModes: ["ReadWriteOnce"],
    ...(capacity === null ? {} : { capacity: { storage: capacity } }),
    ...(fields.resizeStatus === undefined
      ? {}
      : { allocatedResourceStatuses: { storage: fields.resizeStatus } }),
    ...(conditions.length === 0 ? {} : { conditions }),
    ...fields.status,
  };
}
