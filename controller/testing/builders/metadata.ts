/**
 * Metadata that all builders share.
 *
 * @module
 */

import type { JsonObject } from "../../../kube/api.ts";

/** Names that the builders agree on. */
export const FIXTURE = {
  namespace: "shop",
  cluster: "orders",
  clusterUid: "cluster-uid",
  storageClass: "fast",
  createdAt: "2026-01-01T00:00:00Z",
} as const;

/** Fields of any object's metadata that a test may set. */
export interface MetadataFields {
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly createdAt?: string | undefined;
  /** Sets `deletionTimestamp`. */
  readonly deletedAt?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/** Metadata of an object, with what the test says over what the builder defaults to. */
export function metadataOf(
  fields: MetadataFields,
  defaults: { readonly name: string; readonly uid: string },
): JsonObject {
  return {
    namespace: fields.namespace ?? FIXTURE.namespace,
    name: fields.name ?? defaults.name,
    uid: fields.uid ?? defaults.uid,
    resourceVersion: fields.resourceVersion ?? "1",
    creationTimestamp: fields.createdAt ?? FIXTURE.createdAt,
    ...(fields.deletedAt === undefined ? {} : { deletionTimestamp: fields.deletedAt }),
    labels: fields.labels ?? {},
    annotations: fields.annotations ?? {},
  };
}

/** An owner reference to the Cluster as the controller of an object. */
export function clusterReference(clusterName: string, clusterUid: string | undefined): JsonObject {
  return {
    apiVersion: "postgresql.cnpg.io/v1",
    kind: "Cluster",
    name: clusterName,
    uid: clusterUid ?? FIXTURE.clusterUid,
    controller: true,
    blockOwnerDeletion: true,
  };
}
