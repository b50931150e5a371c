/**
 * StoragePolicies as an API server gives them.
 *
 * @module
 */

import type { JsonObject } from "../../../kube/api.ts";
import { type MetadataFields, metadataOf } from "./metadata.ts";

/** What a test may say about a StoragePolicy. */
export interface PolicyFields extends MetadataFields {
  readonly spec?: JsonObject | undefined;
  readonly status?: JsonObject | undefined;
  /** @default {1} */
  readonly generation?: number | undefined;
}

/** A StoragePolicy `standard`, the default of its namespace unless its spec has a selector. */
export function policyObject(fields: PolicyFields = {}): JsonObject {
  const name = fields.name ?? "standard";
  return {
    apiVersion: "cnpg.supporttools.io/v1alpha1",
    kind: "StoragePolicy",
    metadata: {
      ...metadataOf(fields, { name, uid: `${name}-policy-uid` }),
      generation: fields.generation ?? 1,
    },
    spec: fields.spec ?? {},
    ...(fields.status === undefined ? {} : { status: fields.status }),
  };
}
