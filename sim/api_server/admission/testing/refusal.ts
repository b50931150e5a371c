/**
 * Writes that are put before all admissions.
 *
 * @module
 */

import assert from "node:assert/strict";
import { ApiError, type JsonObject, type Resource } from "../../../../kube/api.ts";
import { STORAGE_CLASS } from "../../../../kube/resources.ts";
import type { AdmissionRequest, StoredObjects } from "../../api_server.ts";
import { admissions } from "../mod.ts";

/** Objects with their kinds. */
export type Stored = readonly (readonly [Resource, JsonObject])[];

/** One class that allows expansion, and one that does not. */
export const CLASSES: Stored = [
  [STORAGE_CLASS, { metadata: { name: "grows" }, allowVolumeExpansion: true }],
  [STORAGE_CLASS, { metadata: { name: "fixed" }, allowVolumeExpansion: false }],
];

function objects(stored: Stored): StoredObjects {
  return {
    find: (resource, { name }) =>
      stored.find(([kind, object]) =>
        kind === resource && JSON.stringify(object["metadata"]).includes(`"name":"${name}"`)
      )?.[1],
    all: (resource) => stored.filter(([kind]) => kind === resource).map(([, object]) => object),
  };
}

/** The refusal as one text, empty where the write passes. */
export function refusal(
  resource: Resource,
  name: string,
  change: Pick<AdmissionRequest, "object" | "previous" | "subresource">,
  stored: Stored = CLASSES,
): string {
  const request: AdmissionRequest = {
    operation: change.previous === undefined ? "CREATE" : "UPDATE",
    resource,
    name: { namespace: "db", name },
    user: "somebody",
    dryRun: false,
    ...change,
  };
  try {
    for (const admission of admissions()) admission(request, objects(stored));
  } catch (error) {
    assert.ok(error instanceof ApiError);
    return `${error.code} ${error.reason}: ${error.message}`;
  }
  return "";
}

/** What a test says of a claim. */
export interface ClaimFields {
  readonly name?: string;
  readonly size?: string;
  readonly capacity?: string;
  readonly allocated?: string;
  readonly phase?: string;
  readonly className?: string;
  readonly spec?: JsonObject;
  readonly metadata?: JsonObject;
}

/** A bound claim that may grow. */
export function claim(fields: ClaimFields = {}): JsonObject {
  const { name = "data", size = "10Gi", capacity = "5Gi", phase = "Bound" } = fields;
  const allocated = fields.allocated === undefined
    ? {}
    : { allocatedResources: { storage: fields.allocated } };
  return {
    metadata: { name, namespace: "db", ...fields.metadata },
    spec: {
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: size } },
      storageClassName: fields.className ?? "grows",
      volumeMode: "Filesystem",
      volumeName: "pv",
      ...fields.spec,
    },
    status: { phase, capacity: { storage: capacity }, ...allocated },
  };
}
