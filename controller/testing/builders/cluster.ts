/**
 * Clusters of CloudNativePG as an API server gives them.
 *
 * @module
 */

import type { JsonObject } from "../../../kube/api.ts";
import { FIXTURE, type MetadataFields, metadataOf } from "./metadata.ts";

/** What a test may say about a Cluster. */
export interface ClusterFields extends MetadataFields {
  /** `spec.storage.size`; null leaves the field out. @default {"10Gi"} */
  readonly size?: string | null | undefined;
  /** `spec.walStorage.size`; absent: no WAL volume. */
  readonly walSize?: string | undefined;
  readonly tablespaces?: Readonly<Record<string, string>> | undefined;
  /** @default {"Cluster in healthy state"} */
  readonly phase?: string | undefined;
  /** @default {["orders-1"]} */
  readonly instanceNames?: readonly string[] | undefined;
  /** Merged over `spec`. */
  readonly spec?: JsonObject | undefined;
  /** Merged over `status`. */
  readonly status?: JsonObject | undefined;
}

/** A Cluster of CloudNativePG with its status. */
export function clusterObject(fields: ClusterFields = {}): JsonObject {
  const instanceNames = fields.instanceNames ?? [`${fields.name ?? FIXTURE.cluster}-1`];
  const size = fields.size === undefined ? "10Gi" : fields.size;
  const tablespaces = Object.entries(fields.tablespaces ?? {})
    .map(([name, tablespaceSize]) => ({ name, storage: { size: tablespaceSize } }));
  return {
    apiVersion: "postgresql.cnpg.io/v1",
    kind: "Cluster",
    metadata: metadataOf(fields, { name: FIXTURE.cluster, uid: FIXTURE.clusterUid }),
    spec: {
      instances: instanceNames.length,
      storage: size === null ? {} : { size, resizeInUseVolumes: true },
      ...(fields.walSize === undefined ? {} : { walStorage: { size: fields.walSize } }),
      ...(tablespaces.length === 0 ? {} : { tablespaces }),
      ...fields.spec,
    },
    status: {
      phase: fields.phase ?? "Cluster in healthy state",
      currentPrimary: instanceNames[0],
      targetPrimary: instanceNames[0],
      instances: instanceNames.length,
      readyInstances: instanceNames.length,
      instanceNames,
      ...fields.status,
    },
  };
}
