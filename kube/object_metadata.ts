/**
 * The metadata that caching needs, and the order of resourceVersions.
 *
 * @module
 */

import type { JsonObject } from "./api.ts";
import { isJsonObject } from "./json.ts";

/** Identity and version of an object. */
export interface ObjectMetadata {
  /** Undefined for cluster-scoped objects. */
  readonly namespace: string | undefined;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
}

/**
 * Reads the metadata of an object.
 *
 * @throws {TypeError} if name, uid or resourceVersion is missing.
 */
export function readMetadata(object: JsonObject): ObjectMetadata {
  const metadata = isJsonObject(object["metadata"]) ? object["metadata"] : {};
  const { namespace, name, uid, resourceVersion } = metadata;
  if (
    typeof name !== "string" || typeof uid !== "string" || typeof resourceVersion !== "string"
  ) {
    throw new TypeError("Cannot cache an object: expected a name, a uid and a resourceVersion");
  }
  return {
    namespace: typeof namespace === "string" ? namespace : undefined,
    name,
    uid,
    resourceVersion,
  };
}

/** `namespace/name`, or `name` for cluster-scoped objects. */
export function namespacedName(metadata: ObjectMetadata): string {
  const { namespace, name } = metadata;
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** Where one resourceVersion stands against another; "unknown" if one is no decimal number. */
export type VersionOrder = "older" | "same" | "newer" | "unknown";

const DECIMAL = /^(0|[1-9]\d*)$/;

/**
 * Compares the resourceVersions of two states of the same resource. They are decimal numbers of up to
 * 128 bits that grow with every write (KEP-5504 made the practice of all versions a promise), so a longer
 * one is newer and equally long ones compare as text.
 */
export function compareVersions(version: string, other: string): VersionOrder {
  if (version === other) return "same";
  if (!DECIMAL.test(version) || !DECIMAL.test(other)) return "unknown";
  if (version.length !== other.length) return version.length > other.length ? "newer" : "older";
  return version > other ? "newer" : "older";
}

/** Tells whether `version` is known to be no news compared with `other`. */
export function isStale(version: string, other: string): boolean {
  const order = compareVersions(version, other);
  return order === "older" || order === "same";
}
