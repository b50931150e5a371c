/**
 * The pods and claims that the operator makes (`pkg/specs/pods.go`, `pkg/specs/volumes.go` and
 * `pkg/reconciler/persistentvolumeclaim/build.go` of CNPG 1.30).
 *
 * @module
 */

import type { JsonObject } from "../../kube/api.ts";
import { CLUSTER_KIND, OPERATOR_GROUP_VERSION } from "../../lib/policy/operator_names.ts";
import { bytes } from "../../lib/units/bytes.ts";
import { formatQuantity } from "../../lib/units/quantity.ts";
import { type Role, tablespaceOf } from "../../lib/view/role.ts";
import type { ClusterState, DeclaredVolume } from "./cluster_state.ts";
import { ANNOTATION, LABEL, OPERATOR_RELEASE } from "./names.ts";

/** Image of the `postgres` container. */
export const POSTGRES_IMAGE = "ghcr.io/cloudnative-pg/postgresql:18.6-system-trixie";
const OPERATOR_IMAGE = `ghcr.io/cloudnative-pg/cloudnative-pg:${OPERATOR_RELEASE}`;

/** The Cluster that objects are made for. */
export type Owner = Pick<ClusterState, "namespace" | "name" | "uid">;

/** Name of an instance: its pod and its data claim have the same. */
export function instanceName(cluster: string, serial: number): string {
  return `${cluster}-${serial}`;
}

/** The number that an instance's name ends with. */
export function serialOf(instance: string): number {
  return Number(instance.slice(instance.lastIndexOf("-") + 1));
}

/** Name of an instance's claim of a role. */
export function claimName(instance: string, role: Role): string {
  const tablespace = tablespaceOf(role);
  if (tablespace !== undefined) return `${instance}-tbs-${tablespaceObjectName(tablespace)}`;
  return role === "data" ? instance : `${instance}-wal`;
}

/** Where a volume is mounted in the pod. */
export function mountPath(role: Role): string {
  const tablespace = tablespaceOf(role);
  if (tablespace !== undefined) return `/var/lib/postgresql/tablespaces/${tablespace}`;
  return `/var/lib/postgresql/${role}`;
}

/** A new claim, before its instance has data. */
export function claimObject(
  owner: Owner,
  instance: string,
  volume: DeclaredVolume,
): JsonObject {
  const tablespace = tablespaceOf(volume.role);
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: metadata(owner, instance, {
      name: claimName(instance, volume.role),
      labels: {
        [LABEL.pvcRole]: pvcRole(volume.role),
        ...(tablespace === undefined ? {} : { [LABEL.tablespaceName]: tablespace }),
      },
      annotations: { [ANNOTATION.pvcStatus]: "initializing" },
    }),
    spec: {
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: formatQuantity(bytes(volume.sizeBytes)) } },
      ...(volume.storageClass === undefined ? {} : { storageClassName: volume.storageClass }),
      volumeMode: "Filesystem",
    },
  };
}

/** A new pod. Which role its instance has is known, and written on it, later. */
export function podObject(
  owner: Owner,
  instance: string,
  volumes: readonly DeclaredVolume[],
): JsonObject {
  const volumeMounts = volumes.map(({ role }) => ({
    name: volumeName(role),
    mountPath: mountPath(role),
  }));
  const scratch = { name: "scratch-data", mountPath: "/controller" };
  const spec = {
    hostname: instance,
    serviceAccountName: owner.name,
    securityContext: { runAsUser: 26, runAsGroup: 26, runAsNonRoot: true, fsGroup: 26 },
    terminationGracePeriodSeconds: 1800,
    initContainers: [{
      name: "bootstrap-controller",
      image: OPERATOR_IMAGE,
      volumeMounts: [scratch],
    }],
    containers: [{
      name: "postgres",
      image: POSTGRES_IMAGE,
      volumeMounts: [...volumeMounts, scratch],
    }],
    volumes: [
      ...volumes.map(({ role }) => ({
        name: volumeName(role),
        persistentVolumeClaim: { claimName: claimName(instance, role) },
      })),
      { name: "scratch-data", emptyDir: {} },
    ],
  };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: metadata(owner, instance, {
      name: instance,
      labels: { [LABEL.podRole]: "instance" },
      annotations: {
        [ANNOTATION.operatorVersion]: OPERATOR_RELEASE,
        [ANNOTATION.podSpec]: JSON.stringify(spec),
      },
    }),
    spec,
  };
}

function metadata(
  owner: Owner,
  instance: string,
  own: {
    readonly name: string;
    readonly labels: JsonObject;
    readonly annotations: JsonObject;
  },
): JsonObject {
  return {
    namespace: owner.namespace,
    name: own.name,
    labels: {
      [LABEL.cluster]: owner.name,
      [LABEL.instanceName]: instance,
      "app.kubernetes.io/managed-by": "cloudnative-pg",
      "app.kubernetes.io/name": "postgresql",
      "app.kubernetes.io/component": "database",
      ...own.labels,
    },
    annotations: { [ANNOTATION.nodeSerial]: String(serialOf(instance)), ...own.annotations },
    ownerReferences: [{
      apiVersion: OPERATOR_GROUP_VERSION,
      kind: CLUSTER_KIND,
      name: owner.name,
      uid: owner.uid,
      controller: true,
      blockOwnerDeletion: true,
    }],
  };
}

function pvcRole(role: Role): string {
  if (tablespaceOf(role) !== undefined) return "PG_TABLESPACE";
  return role === "data" ? "PG_DATA" : "PG_WAL";
}

function volumeName(role: Role): string {
  const tablespace = tablespaceOf(role);
  if (tablespace !== undefined) return `tbs-${tablespaceObjectName(tablespace)}`;
  return role === "data" ? "pgdata" : "pg-wal";
}

/** Kubernetes names allow less than PostgreSQL's (`pkg/specs/volumes.go`). */
function tablespaceObjectName(tablespace: string): string {
  return tablespace.replace(/^_/, "1").replaceAll("$", "-").replaceAll("_", "-").toLowerCase();
}
