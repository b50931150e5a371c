/**
 * What of a StorageClass cannot change; `pkg/apis/storage/validation`.
 *
 * @module
 */

import { isDeepStrictEqual } from "node:util";
import { STORAGE_CLASS } from "../../../kube/resources.ts";
import type { AdmissionRequest } from "../api_server.ts";
import { invalidObject, invalidValue } from "../schema/field_error.ts";

const IMMUTABLE_FIELDS = ["parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"];

/** Refuses changes of how a class provisions volumes. */
export function validateStorageClass(request: AdmissionRequest): void {
  const { resource, object, previous, name } = request;
  if (resource.plural !== STORAGE_CLASS.plural || resource.group !== STORAGE_CLASS.group) return;
  if (object === undefined || previous === undefined) return;
  const errors = IMMUTABLE_FIELDS
    .filter((field) => !isDeepStrictEqual(object[field], previous[field]))
    .map((field) => invalidValue(field, object[field] ?? null, "field is immutable"));
  if (errors.length > 0) {
    throw invalidObject(`${resource.kind}.${resource.group}`, name.name, errors);
  }
}
