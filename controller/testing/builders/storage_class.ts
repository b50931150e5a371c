/**
 * StorageClasses as an API server gives them.
 *
 * @module
 */

import type { JsonObject } from "../../../kube/api.ts";
import { FIXTURE, type MetadataFields, metadataOf } from "./metadata.ts";

/** What a test may say about a StorageClass. */
export interface StorageClassFields extends MetadataFields {
  /** @default {"csi.example.com"} */
  readonly provisioner?: string | undefined;
  /** null leaves the field out. @default {true} */
  readonly allowVolumeExpansion?: boolean | null | undefined;
}

/** A StorageClass, `fast` unless named. */
export function storageClassObject(fields: StorageClassFields = {}): JsonObject {
  const { allowVolumeExpansion = true } = fields;
  const name = fields.name ?? FIXTURE.storageClass;
  const { namespace: _none, ...metadata } = metadataOf(fields, { name, uid: `${name}-class-uid` });
  return {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata,
    provisioner: fields.provisioner ?? "csi.example.com",
    ...(allowVolumeExpansion === null ? {} : { allowVolumeExpansion }),
  };
}
