/**
 * Objects without all but their metadata.
 *
 * @module
 */

import type { JsonObject } from "../../../kube/api.ts";

/** Makes a `meta/v1.PartialObjectMetadata` of any object. */
export function metadataOnly(object: JsonObject): JsonObject {
  return {
    kind: "PartialObjectMetadata",
    apiVersion: "meta.k8s.io/v1",
    metadata: object["metadata"] ?? {},
  };
}
