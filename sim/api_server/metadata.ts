/**
 * Reads and writes `metadata` of objects whose shape nobody vouches for.
 *
 * @module
 */

import type { JsonObject, ObjectName } from "../../kube/api.ts";
import { isJsonObject } from "../../kube/json.ts";

const NONE: JsonObject = Object.freeze({});
const NO_REFERENCES: readonly JsonObject[] = Object.freeze([]);

/** The metadata of an object, empty if it has none. */
export function metadataOf(object: JsonObject): JsonObject {
  const metadata = object["metadata"];
  return isJsonObject(metadata) ? metadata : NONE;
}

/** One text of the metadata; empty if it is absent, as Go would have it. */
export function metadataText(object: JsonObject, field: string): string {
  const value = metadataOf(object)[field];
  return typeof value === "string" ? value : "";
}

/** The object with some metadata changed; an undefined value removes its field. */
export function withMetadata(object: JsonObject, changes: JsonObject): JsonObject {
  const metadata: Record<string, unknown> = { ...metadataOf(object) };
  for (const [field, value] of Object.entries(changes)) {
    if (value === undefined) delete metadata[field];
    else metadata[field] = value;
  }
  return { ...object, metadata };
}

/** The name by which an object is stored. */
export function nameOf(object: JsonObject): ObjectName {
  const namespace = metadataText(object, "namespace");
  const name = metadataText(object, "name");
  return namespace === "" ? { name } : { namespace, name };
}

/** The labels that are texts. */
export function labelsOf(object: JsonObject): JsonObject {
  const labels = metadataOf(object)["labels"];
  return isJsonObject(labels) ? labels : NONE;
}

/** The finalizers that keep an object from going. */
export function finalizersOf(object: JsonObject): readonly unknown[] {
  const finalizers = metadataOf(object)["finalizers"];
  return Array.isArray(finalizers) ? finalizers : [];
}

/** Whether the object is being deleted and waits for its finalizers. */
export function isTerminating(object: JsonObject): boolean {
  return metadataText(object, "deletionTimestamp") !== "";
}

/** Whether an object names another as its owner. */
export function isOwnedBy(object: JsonObject, ownerUid: string): boolean {
  return ownerReferencesOf(object).some(({ uid }) => uid === ownerUid);
}

/** The references to owners that an object holds. */
export function ownerReferencesOf(object: JsonObject): readonly JsonObject[] {
  const references = metadataOf(object)["ownerReferences"];
  return Array.isArray(references) ? references.filter(isJsonObject) : NO_REFERENCES;
}
