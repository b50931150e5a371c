/**
 * What kube-apiserver fills in and rewrites when it stores built-in objects (`pkg/apis/…/v1/defaults.go`), as
 * far as somebody in the world looks at it.
 *
 * @module
 */

import type { JsonObject } from "../../kube/api.ts";
import { isJsonObject } from "../../kube/json.ts";
import { amountText, parseAmount } from "./amount.ts";
import { labelsOf, metadataText, withMetadata } from "./metadata.ts";

/** Sizes are stored in their canonical form; a claim without a mode has a file system. */
export function prepareClaim(claim: JsonObject): JsonObject {
  const status = objectAt(claim, "status");
  return {
    ...claim,
    spec: canonicalSizes({ volumeMode: "Filesystem", ...objectAt(claim, "spec") }),
    status: canonicalStatus({ phase: "Pending", ...status }),
  };
}

/** A pod waits to be scheduled. */
export function preparePod(pod: JsonObject): JsonObject {
  return { ...pod, status: { phase: "Pending", ...objectAt(pod, "status") } };
}

/** A class deletes volumes with their claims and binds them at once, unless it says otherwise. */
export function prepareStorageClass(storageClass: JsonObject): JsonObject {
  return { reclaimPolicy: "Delete", volumeBindingMode: "Immediate", ...storageClass };
}

/** A namespace is active and labelled with its name. */
export function prepareNamespace(namespace: JsonObject): JsonObject {
  const name = metadataText(namespace, "name");
  return withMetadata(
    { ...namespace, status: { phase: "Active", ...objectAt(namespace, "status") } },
    { labels: { ...labelsOf(namespace), "kubernetes.io/metadata.name": name } },
  );
}

function canonicalSizes(spec: JsonObject): JsonObject {
  const resources = spec["resources"];
  if (!isJsonObject(resources)) return spec;
  return { ...spec, resources: canonicalLists(resources, ["requests", "limits"]) };
}

function canonicalStatus(status: JsonObject): JsonObject {
  return canonicalLists(status, ["capacity", "allocatedResources"]);
}

function canonicalLists(object: JsonObject, fields: readonly string[]): JsonObject {
  const changed = fields.flatMap((field): [string, unknown][] => {
    const list = object[field];
    return isJsonObject(list) ? [[field, canonicalList(list)]] : [];
  });
  return { ...object, ...Object.fromEntries(changed) };
}

function canonicalList(list: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(list).map(([name, value]) => {
      const amount = parseAmount(value);
      return [name, amount === undefined ? value : amountText(amount)];
    }),
  );
}

function objectAt(object: JsonObject, field: string): JsonObject {
  const value = object[field];
  return isJsonObject(value) ? value : {};
}
