/**
 * What is kept of a StorageClass.
 *
 * @module
 */

import * as z from "zod";
import type { JsonObject } from "../../kube/api.ts";
import { parseIdentity, readMetadata, type RecordMetadata } from "./metadata.ts";
import { type GrowerSigns, readGrowerSigns } from "./other_grower.ts";
import { lenient, stringMap } from "./tolerant.ts";

/** A StorageClass as the view needs it. */
export interface StorageClassRecord extends RecordMetadata {
  readonly provisioner: string;
  readonly allowVolumeExpansion: boolean;
  /** The parameter of Azure Disk that names the kind of disk, whichever spelling of it is used. */
  readonly diskType?: string | undefined;
  /** Annotations that make something else grow its claims; absent where there are none. */
  readonly growerSigns?: GrowerSigns | undefined;
}

/** azuredisk-csi-driver, `docs/driver-parameters.md`. */
const DISK_TYPE_PARAMETERS: readonly string[] = ["skuname", "storageaccounttype"];

const storageClassSchema = z.object({
  provisioner: lenient(z.string()),
  allowVolumeExpansion: lenient(z.boolean()),
  parameters: stringMap(),
});

/**
 * Projects a StorageClass. Without `allowVolumeExpansion: true` the API server refuses to grow its claims
 * (`kubernetes.md` A1.4).
 *
 * @throws {TypeError} If the object's identity cannot be read; the message names the path.
 */
export function projectStorageClass(object: JsonObject): StorageClassRecord {
  const { record, annotations } = readMetadata("StorageClass", object);
  const { provisioner, allowVolumeExpansion, parameters } = parseIdentity(
    "StorageClass",
    storageClassSchema,
    object,
  );
  return {
    ...record,
    provisioner: provisioner ?? "",
    allowVolumeExpansion: allowVolumeExpansion === true,
    diskType: diskTypeOf(parameters),
    growerSigns: readGrowerSigns(annotations),
  };
}

/** Names of parameters are not case-sensitive to the driver. */
function diskTypeOf(parameters: Readonly<Record<string, string>>): string | undefined {
  return Object.entries(parameters)
    .find(([name]) => DISK_TYPE_PARAMETERS.includes(name.toLowerCase()))?.[1];
}
