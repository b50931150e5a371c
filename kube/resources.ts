/**
 * The built-in kinds that are read or written, as they stand in URLs.
 *
 * @module
 */

import type { Resource } from "./api.ts";

/** Pods of all namespaces are watched; only one annotation of them is ever patched. */
export const POD: Resource = {
  group: "",
  version: "v1",
  kind: "Pod",
  plural: "pods",
  namespaced: true,
};

/** The volumes that grow. */
export const PERSISTENT_VOLUME_CLAIM: Resource = {
  group: "",
  version: "v1",
  kind: "PersistentVolumeClaim",
  plural: "persistentvolumeclaims",
  namespaced: true,
};

/** Names the CSI driver and the handle behind a claim. */
export const PERSISTENT_VOLUME: Resource = {
  group: "",
  version: "v1",
  kind: "PersistentVolume",
  plural: "persistentvolumes",
  namespaced: false,
};

/** Nodes, whose kubelets serve volume statistics. */
export const NODE: Resource = {
  group: "",
  version: "v1",
  kind: "Node",
  plural: "nodes",
  namespaced: false,
};

/** Namespaces, for their labels. */
export const NAMESPACE: Resource = {
  group: "",
  version: "v1",
  kind: "Namespace",
  plural: "namespaces",
  namespaced: false,
};

/** Secrets, read one by one and by name only. */
export const SECRET: Resource = {
  group: "",
  version: "v1",
  kind: "Secret",
  plural: "secrets",
  namespaced: true,
};

/** Limits how much storage a namespace may request. */
export const RESOURCE_QUOTA: Resource = {
  group: "",
  version: "v1",
  kind: "ResourceQuota",
  plural: "resourcequotas",
  namespaced: true,
};

/** Limits the size of single claims of a namespace. */
export const LIMIT_RANGE: Resource = {
  group: "",
  version: "v1",
  kind: "LimitRange",
  plural: "limitranges",
  namespaced: true,
};

/** Says whether volumes of a class may grow. */
export const STORAGE_CLASS: Resource = {
  group: "storage.k8s.io",
  version: "v1",
  kind: "StorageClass",
  plural: "storageclasses",
  namespaced: false,
};

/** Says how much room a CSI driver has left for a class. */
export const CSI_STORAGE_CAPACITY: Resource = {
  group: "storage.k8s.io",
  version: "v1",
  kind: "CSIStorageCapacity",
  plural: "csistoragecapacities",
  namespaced: true,
};

/** Events in the API group of 2020 on; the core group's Event is the same object under an older shape. */
export const EVENT: Resource = {
  group: "events.k8s.io",
  version: "v1",
  kind: "Event",
  plural: "events",
  namespaced: true,
};

/** Who a pod is to the API server. */
export const SERVICE_ACCOUNT: Resource = {
  group: "",
  version: "v1",
  kind: "ServiceAccount",
  plural: "serviceaccounts",
  namespaced: true,
};

/** The object that leader election competes for. */
export const LEASE: Resource = {
  group: "coordination.k8s.io",
  version: "v1",
  kind: "Lease",
  plural: "leases",
  namespaced: true,
};

/** Asks the API server whose token this is; answered at creation, never stored. */
export const TOKEN_REVIEW: Resource = {
  group: "authentication.k8s.io",
  version: "v1",
  kind: "TokenReview",
  plural: "tokenreviews",
  namespaced: false,
};

/** Where a Service without selector points to. */
export const ENDPOINT_SLICE: Resource = {
  group: "discovery.k8s.io",
  version: "v1",
  kind: "EndpointSlice",
  plural: "endpointslices",
  namespaced: true,
};
