/**
 * The validating webhook of CloudNativePG for Clusters, as far as it speaks of storage and of names
 * (`internal/webhook/v1/cluster_webhook.go`): sizes never shrink, storage never goes away.
 *
 * @module
 */

import { ApiError, type JsonObject } from "../../../kube/api.ts";
import { isJsonObject } from "../../../kube/json.ts";
import { type Amount, amountText, parseAmount } from "../amount.ts";
import type { AdmissionRequest } from "../api_server.ts";
import { metadataOf } from "../metadata.ts";
import { type FieldError, invalidObject, invalidValue } from "../schema/field_error.ts";
import { objectAt } from "./claim.ts";

const WEBHOOK = "vcluster.cnpg.io";
const GROUP = "postgresql.cnpg.io";
/** Upstream names another group when it refuses an update than when it refuses a creation. */
const UPDATE_GROUP_KIND = "Cluster.cluster.cnpg.io";
const VALIDATION_ANNOTATION = "cnpg.io/validation";
const NAME_LENGTH_MAX = 50;
const DNS_LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

/** Refuses Clusters whose storage is not sized, shrinks or goes away; the status is nobody's business. */
export function validateCluster(request: AdmissionRequest): void {
  const { resource, object, previous, name } = request;
  if (resource.group !== GROUP || resource.kind !== "Cluster") return;
  if (object === undefined || request.subresource !== undefined) return;
  if (objectAt(metadataOf(object), "annotations")[VALIDATION_ANNOTATION] === "disabled") return;
  const errors = [
    ...sizeErrors(object),
    ...nameErrors(name.name),
    ...(previous === undefined ? [] : changeErrors(object, previous)),
  ];
  if (errors.length === 0) return;
  const groupKind = previous === undefined ? `Cluster.${GROUP}` : UPDATE_GROUP_KIND;
  const cause = invalidObject(groupKind, name.name, errors);
  throw new ApiError(`admission webhook "${WEBHOOK}" denied the request: ${cause.message}`, cause);
}

function nameErrors(name: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!DNS_LABEL.test(name)) {
    errors.push(invalidValue("metadata.name", name, "cluster name must be a valid DNS label"));
  }
  if (name.length > NAME_LENGTH_MAX) {
    const detail = `the maximum length of a cluster name is ${NAME_LENGTH_MAX} characters`;
    errors.push(invalidValue("metadata.name", name, detail));
  }
  return errors;
}

function sizeErrors(cluster: JsonObject): FieldError[] {
  const { storage, walStorage } = objectAt(cluster, "spec");
  return [
    ...storageSizeErrors("spec.storage", storage),
    ...(isJsonObject(walStorage) ? storageSizeErrors("spec.walStorage", walStorage) : []),
    ...tablespacesOf(cluster).flatMap((tablespace, index) =>
      storageSizeErrors(`spec.tablespaces[${index}]`, tablespace["storage"])
    ),
  ];
}

function storageSizeErrors(path: string, storage: unknown): FieldError[] {
  const given = isJsonObject(storage) ? storage : {};
  const size = sizeText(given);
  if (size !== "" && parseAmount(size) === undefined) {
    return [invalidValue(`${path}.size`, size, "Size value isn't valid")];
  }
  if (size !== "" || (templateSize(given)?.nanos ?? 0n) > 0n) return [];
  const detail = "Size not configured. Please add it, or a storage request in the pvcTemplate.";
  return [invalidValue(`${path}.size`, "", detail)];
}

function changeErrors(cluster: JsonObject, previous: JsonObject): FieldError[] {
  const spec = objectAt(cluster, "spec");
  const before = objectAt(previous, "spec");
  return [
    ...shrinkErrors("spec.storage", before["storage"], spec["storage"]),
    ...walStorageErrors(before["walStorage"], spec["walStorage"]),
    ...tablespaceErrors(cluster, previous),
  ];
}

function walStorageErrors(before: unknown, after: unknown): FieldError[] {
  const path = "spec.walStorage";
  if (!isJsonObject(before)) return [];
  if (isJsonObject(after)) return shrinkErrors(path, before, after);
  return [invalidValue(path, null, "walStorage cannot be disabled once configured")];
}

function tablespaceErrors(cluster: JsonObject, previous: JsonObject): FieldError[] {
  const before = tablespacesOf(previous);
  const after = tablespacesOf(cluster);
  if (before.length > 0 && objectAt(cluster, "spec")["tablespaces"] === undefined) {
    const detail = "tablespaces section cannot be deleted once created";
    return [invalidValue("spec.tablespaces", null, detail)];
  }
  return before.flatMap((old, index) => {
    const path = `spec.tablespaces[${index}]`;
    const found = after.find((tablespace) => tablespace["name"] === old["name"]);
    if (found !== undefined) return shrinkErrors(path, old["storage"], found["storage"]);
    return [invalidValue(path, after, "no tablespace can be deleted once created")];
  });
}

/** A size that cannot be read cannot shrink. */
function shrinkErrors(path: string, before: unknown, after: unknown): FieldError[] {
  const old = storageSize(before);
  const size = storageSize(after);
  if (old === undefined || size === undefined || old.nanos <= size.nanos) return [];
  const detail = `can't shrink existing storage from ${amountText(old)} to ${amountText(size)}`;
  return [invalidValue(path, amountText(size), detail)];
}

function storageSize(storage: unknown): Amount | undefined {
  if (!isJsonObject(storage)) return undefined;
  const size = sizeText(storage);
  return size === "" ? templateSize(storage) : parseAmount(size);
}

function sizeText(storage: JsonObject): string {
  const size = storage["size"];
  return typeof size === "string" ? size : "";
}

function templateSize(storage: JsonObject): Amount | undefined {
  return parseAmount(objectAt(storage, "pvcTemplate", "resources", "requests")["storage"]);
}

function tablespacesOf(cluster: JsonObject): readonly JsonObject[] {
  const tablespaces = objectAt(cluster, "spec")["tablespaces"];
  return Array.isArray(tablespaces) ? tablespaces.filter(isJsonObject) : [];
}
