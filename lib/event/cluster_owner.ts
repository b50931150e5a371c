/**
 * The Cluster as the owner of our objects: they are collected with it.
 *
 * @module
 */

import * as z from "zod";
import { CLUSTER_KIND, OPERATOR_GROUP_VERSION } from "../policy/operator_names.ts";

/** The Cluster that an object is about, and that owns it. */
export interface OwningCluster {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
}

/** An entry of `metadata.ownerReferences` that names a Cluster. */
export type ClusterOwnerReference = {
  readonly apiVersion: typeof OPERATOR_GROUP_VERSION;
  readonly kind: typeof CLUSTER_KIND;
  readonly name: string;
  readonly uid: string;
};

/** `metadata.ownerReferences` of an object as it is read back. */
export const ownerReferencesSchema = z
  .array(z.object({ kind: z.string(), name: z.string(), uid: z.string() }))
  .optional();

/** The reference to write. */
export function clusterOwnerReference({ name, uid }: OwningCluster): ClusterOwnerReference {
  return { apiVersion: OPERATOR_GROUP_VERSION, kind: CLUSTER_KIND, name, uid };
}

/** UID of the Cluster of that name among the owners: one that was made anew under its name has another. */
export function owningClusterUid(
  owners: z.infer<typeof ownerReferencesSchema>,
  clusterName: string,
): string | undefined {
  return owners?.find(({ kind, name }) => kind === CLUSTER_KIND && name === clusterName)?.uid;
}
