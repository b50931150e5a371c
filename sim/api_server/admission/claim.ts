/**
 * Reads of a PersistentVolumeClaim what admission looks at.
 *
 * @module
 */

import type { JsonObject } from "../../../kube/api.ts";
import { isJsonObject } from "../../../kube/json.ts";
import { type Amount, parseAmount } from "../amount.ts";
import { metadataOf } from "../metadata.ts";

const BETA_CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";

/** A field of an object that is an object; empty if it is absent or something else. */
export function objectAt(object: JsonObject, ...path: readonly string[]): JsonObject {
  return path.reduce((parent, field): JsonObject => {
    const value = parent[field];
    return isJsonObject(value) ? value : {};
  }, object);
}

/** The size that a claim asks for. */
export function requestedStorage(claim: JsonObject): Amount | undefined {
  return parseAmount(objectAt(claim, "spec", "resources", "requests")["storage"]);
}

/** The size that a claim has. */
export function claimCapacity(claim: JsonObject): Amount | undefined {
  return parseAmount(objectAt(claim, "status", "capacity")["storage"]);
}

/** The size that a claim is being grown to. */
export function allocatedStorage(claim: JsonObject): Amount | undefined {
  return parseAmount(objectAt(claim, "status", "allocatedResources")["storage"]);
}

/** Whether a volume belongs to the claim. */
export function isBound(claim: JsonObject): boolean {
  return objectAt(claim, "status")["phase"] === "Bound";
}

/** Name of the class; empty if there is none. The annotation wins, as in `GetPersistentVolumeClaimClass`. */
export function claimClass(claim: JsonObject): string {
  const annotated = objectAt(metadataOf(claim), "annotations")[BETA_CLASS_ANNOTATION];
  const named = annotated ?? objectAt(claim, "spec")["storageClassName"];
  return typeof named === "string" ? named : "";
}
