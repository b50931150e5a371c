/**
 * The smallest objects that an API server takes.
 *
 * @module
 */

import type { JsonObject, Resource } from "../../kube/api.ts";
import type { ContractWorld } from "./contract_world.ts";
import { STORAGE_CLASS } from "../../kube/resources.ts";

const OWN_GROUP = { group: "cnpg.supporttools.io", version: "v1alpha1", namespaced: true } as const;
const OWN_API_VERSION = "cnpg.supporttools.io/v1alpha1";

/** Our StoragePolicy: a custom resource with a schema, rules and a status. */
export const STORAGE_POLICY: Resource = {
  ...OWN_GROUP,
  kind: "StoragePolicy",
  plural: "storagepolicies",
};

/** Our StorageEvent, whose spec is a record. */
export const STORAGE_EVENT: Resource = {
  ...OWN_GROUP,
  kind: "StorageEvent",
  plural: "storageevents",
};

/** Our ClusterStorage. */
export const CLUSTER_STORAGE: Resource = {
  ...OWN_GROUP,
  kind: "ClusterStorage",
  plural: "clusterstorages",
};

/** A StoragePolicy. */
export function policy(name: string, spec: unknown = {}, metadata: JsonObject = {}): JsonObject {
  return {
    apiVersion: OWN_API_VERSION,
    kind: "StoragePolicy",
    metadata: { ...metadata, name },
    spec,
  };
}

/** A StorageEvent of an expansion from 10Gi to 20Gi. */
export function storageEvent(name: string, spec: JsonObject = {}): JsonObject {
  return {
    apiVersion: OWN_API_VERSION,
    kind: "StorageEvent",
    metadata: { name },
    spec: {
      clusterRef: { name: "pg", namespace: "prod" },
      eventType: "expansion",
      trigger: "manual",
      expansion: {
        originalSize: "10Gi",
        requestedSize: "20Gi",
        affectedPVCs: [{ name: "pg-1" }],
      },
      ...spec,
    },
  };
}

/** A ClusterStorage. */
export function clusterStorage(name: string): JsonObject {
  return { apiVersion: OWN_API_VERSION, kind: "ClusterStorage", metadata: { name } };
}

/** A Secret: a built-in kind without a spec or a status. */
export function secret(name: string, metadata: JsonObject = {}): JsonObject {
  return { apiVersion: "v1", kind: "Secret", metadata: { ...metadata, name } };
}

/** A Pod. */
export function pod(name: string, metadata: JsonObject = {}): JsonObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...metadata, name },
    spec: { containers: [{ name: "postgres", image: "postgres" }] },
  };
}

/** A Lease. */
export function lease(name: string, holderIdentity: string, metadata: JsonObject = {}): JsonObject {
  return {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { ...metadata, name },
    spec: { holderIdentity, leaseDurationSeconds: 15 },
  };
}

/** An Event about a pod of the namespace. */
export function event(
  name: string,
  { namespace, ...members }: JsonObject & { readonly namespace: string },
): JsonObject {
  return {
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    metadata: { name },
    eventTime: "2026-01-31T12:00:00.000000Z",
    type: "Normal",
    reason: "Grown",
    action: "Expand",
    note: "The volume has grown",
    regarding: { apiVersion: "v1", kind: "Pod", namespace, name: "pg-1" },
    reportingController: "contract.test/manager",
    reportingInstance: "manager-1",
    ...members,
  };
}

/** A PersistentVolumeClaim. */
export function claim(name: string, storage: string, storageClassName?: string): JsonObject {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name },
    spec: {
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage } },
      volumeName: `volume-of-${name}`,
      ...(storageClassName === undefined ? {} : { storageClassName }),
    },
  };
}

/** Body of a merge patch that asks for a size. */
export function sizeRequest(storage: string): JsonObject {
  return { spec: { resources: { requests: { storage } } } };
}

/** Makes a storage class and returns its name. */
export async function createStorageClass(
  { api, namespace }: ContractWorld,
  allowVolumeExpansion: boolean,
): Promise<string> {
  const name = `${namespace}-${allowVolumeExpansion ? "growing" : "fixed"}`;
  await api.create(STORAGE_CLASS, {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name },
    provisioner: "contract.test",
    allowVolumeExpansion,
  });
  return name;
}
