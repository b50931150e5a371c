/**
 * What the fixtures of a CNPG cluster are made of.
 *
 * Labels, annotations, names and paths are those of CNPG 1.30 (`pkg/utils/labels_annotations.go`,
 * `pkg/specs/pods.go`, `pkg/specs/volumes.go`).
 *
 * @module
 */

import { type JsonObject, type KubeApi } from "../../kube/api.ts";
import { type Resizer } from "./resizer.ts";
import { type FileSystem, type Volume, type VolumeStore } from "./volumes.ts";

/** The driver that the PersistentVolumes of the lab name. */
export const CSI_DRIVER = "loop.csi.lab";

/** Where a cluster is made. */
export interface ClusterSite {
  readonly api: KubeApi;
  readonly volumes: Pick<VolumeStore, "create">;
  /** Instance roots are made below. */
  readonly directory: string;
  /** Is told of every volume; absent: nothing grows. */
  readonly resizer?: Resizer | undefined;
}

/** The Cluster that owns what is made. */
export interface OwnedBy {
  readonly namespace: string;
  readonly cluster: string;
  readonly uid: string;
}

/** What instance to make. */
export interface InstanceOptions {
  readonly serial: number;
  readonly storageClass: string;
  readonly dataBytes: number;
  readonly walBytes: number | undefined;
  readonly fileSystem: FileSystem;
  readonly ownerId: number;
  readonly agentImage: string | undefined;
}

/** What a claim is for. */
export type ClaimRole = "data" | "wal";

/** Where CNPG mounts the volumes of an instance. */
export const MOUNT_PATHS: Readonly<Record<ClaimRole, string>> = {
  data: "/var/lib/postgresql/data",
  wal: "/var/lib/postgresql/wal",
};

/** A bound claim with a real file system behind it. */
export interface LabClaim {
  readonly namespace: string;
  readonly name: string;
  readonly role: ClaimRole;
  readonly uid: string;
  readonly volume: Volume;
}

/** An instance. */
export interface LabInstance {
  /** Name of the instance and of its pod. */
  readonly name: string;
  readonly podUid: string;
  /** What is `/` in the pod: `ROOT/var/lib/postgresql/data` is the data volume. */
  readonly root: string;
  readonly claims: readonly LabClaim[];
}

/** Metadata of an object that belongs to an instance. */
export interface InstanceMetadata extends JsonObject {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Name of an instance: its pod and its data claim have the same. */
export function instanceName(owner: OwnedBy, serial: number): string {
  return `${owner.cluster}-${serial}`;
}

/** Name of the claim of a role. */
export function claimName(owner: OwnedBy, serial: number, role: ClaimRole): string {
  return role === "data" ? instanceName(owner, serial) : `${instanceName(owner, serial)}-${role}`;
}

/** Metadata with what pods and claims of an instance have in common, and more of either kind. */
export function instanceMetadata(
  owner: OwnedBy,
  serial: number,
  own: Pick<InstanceMetadata, "name" | "labels" | "annotations">,
): InstanceMetadata {
  return {
    namespace: owner.namespace,
    name: own.name,
    labels: {
      "cnpg.io/cluster": owner.cluster,
      "cnpg.io/instanceName": instanceName(owner, serial),
      "cnpg.io/instanceRole": serial === 1 ? "primary" : "replica",
      "app.kubernetes.io/managed-by": "cloudnative-pg",
      ...own.labels,
    },
    annotations: { "cnpg.io/nodeSerial": String(serial), ...own.annotations },
    ownerReferences: [{
      apiVersion: "postgresql.cnpg.io/v1",
      kind: "Cluster",
      name: owner.cluster,
      uid: owner.uid,
      controller: true,
    }],
  };
}
