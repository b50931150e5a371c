/**
 * The admission plugin `PersistentVolumeClaimResize`: volumes grow only where their class says that they may.
 *
 * @module
 */

import { PERSISTENT_VOLUME_CLAIM, STORAGE_CLASS } from "../../../kube/resources.ts";
import type { AdmissionRequest, StoredObjects } from "../api_server.ts";
import { claimClass, isBound, requestedStorage } from "./claim.ts";
import { forbidden } from "./refusal.ts";

/** Refuses the growth of a claim that is not bound, or whose class does not allow it at this moment. */
export function admitResize(request: AdmissionRequest, objects: StoredObjects): void {
  const { resource, object, previous } = request;
  if (resource.plural !== PERSISTENT_VOLUME_CLAIM.plural || resource.group !== "") return;
  if (object === undefined || previous === undefined || request.subresource !== undefined) return;
  const before = requestedStorage(previous)?.nanos ?? 0n;
  const after = requestedStorage(object)?.nanos ?? 0n;
  if (after <= before) return;
  if (!isBound(previous)) {
    throw forbidden(request, "Only bound persistent volume claims can be expanded");
  }
  const name = claimClass(object);
  const found = name === "" || name !== claimClass(previous)
    ? undefined
    : objects.find(STORAGE_CLASS, { name });
  if (found?.["allowVolumeExpansion"] === true) return;
  throw forbidden(
    request,
    "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc " +
      "must support resize",
  );
}
