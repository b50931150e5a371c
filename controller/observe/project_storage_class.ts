/**
 * What is kept of a StorageClass.
 *
 * @module
 */

import { z } from "zod";
import type { JsonObject } from "../../kube/api.ts";
import { parseIdentity, readMetadata, type RecordMetadata } from "./metadata.ts";
import { lenient } from "./tolerant.ts";

/** A StorageClass as the view needs it. */
export interface StorageClassRecord extends RecordMetadata {
  readonly provisioner: string;
  readonly allowVolumeExpansion: boolean;
}

const storageClassSchema = z.object({
  provisioner: lenient(z.string()),
  allowVolumeExpansion: lenient(z.boolean()),
});

/**
 * Projects a StorageClass. Without `allowVolumeExpansion: true` the API server refuses to grow its claims
 * (`kubernetes.md` A1.4).
 *
 * @throws {TypeError} If the object's identity cannot be read; the message names the path.
 */
export function projectStorageClass(object: JsonObject): StorageClassRecord {
  const { record } = readMetadata("StorageClass", object);
  const { provisioner, allowVolumeExpansion } = parseIdentity(
    "StorageClass",
    storageClassSchema,
    object,
  );
  return {
    ...record,
    provisioner: provisioner ?? "",
    allowVolumeExpansion: allowVolumeExpansion === true,
  };
}
