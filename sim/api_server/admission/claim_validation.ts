/**
 * Validates PersistentVolumeClaims as `pkg/apis/core/validation`: what a claim needs, and how it may change.
 * The recovery of failed expansions is on, as in every server from Kubernetes 1.34.
 *
 * @module
 */

import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "../../../kube/api.ts";
import { PERSISTENT_VOLUME_CLAIM } from "../../../kube/resources.ts";
import type { AdmissionRequest } from "../api_server.ts";
import { amountText, parseAmount } from "../amount.ts";
import {
  type FieldError,
  forbiddenValue,
  invalidObject,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from "../schema/field_error.ts";
import { badRequest } from "../refusals.ts";
import { claimCapacity, isBound, objectAt, requestedStorage } from "./claim.ts";

const ACCESS_MODES = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];
const VOLUME_MODES = ["Block", "Filesystem"];
const REQUEST_PATH = "spec.resources.requests.storage";

/** Refuses claims that are incomplete, and changes that a claim does not allow. */
export function validateClaim(request: AdmissionRequest): void {
  const { resource, object, previous, name } = request;
  if (resource.plural !== PERSISTENT_VOLUME_CLAIM.plural || resource.group !== "") return;
  if (object === undefined || request.subresource !== undefined) return;
  const errors = [
    ...specErrors(objectAt(object, "spec")),
    ...(previous === undefined ? [] : changeErrors(object, previous)),
  ];
  if (errors.length > 0) throw invalidObject(resource.kind, name.name, errors);
}

function specErrors(spec: JsonObject): FieldError[] {
  const modes: readonly unknown[] = Array.isArray(spec["accessModes"]) ? spec["accessModes"] : [];
  const errors = modes
    .filter((mode) => typeof mode !== "string" || !ACCESS_MODES.includes(mode))
    .map((mode) => unsupportedValue("spec.accessModes", mode, ACCESS_MODES));
  if (modes.length === 0) {
    errors.push(requiredValue("spec.accessModes", "at least 1 access mode is required"));
  }
  errors.push(...storageErrors(spec));
  const mode = spec["volumeMode"];
  if (mode !== undefined && !VOLUME_MODES.some((known) => known === mode)) {
    errors.push(unsupportedValue("spec.volumeMode", mode, VOLUME_MODES));
  }
  return errors;
}

function storageErrors(spec: JsonObject): FieldError[] {
  const path = "spec.resources[storage]";
  const storage = objectAt(spec, "resources", "requests")["storage"];
  if (storage === undefined) return [requiredValue(path)];
  const amount = parseAmount(storage);
  if (amount === undefined) throw notQuantity();
  if (amount.nanos > 0n) return [];
  return [invalidValue(path, amountText(amount), "must be greater than zero")];
}

/** The decoder refuses it before anybody looks at the claim. */
function notQuantity(): Error {
  return badRequest(
    'PersistentVolumeClaim in version "v1" cannot be handled as a PersistentVolumeClaim: ' +
      "quantities must match the regular expression " +
      "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
  );
}

function changeErrors(claim: JsonObject, previous: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  const mayGrow = isBound(claim);
  if (
    !isDeepStrictEqual(fixedPart(claim, previous, mayGrow), fixedPart(previous, previous, mayGrow))
  ) {
    errors.push(forbiddenValue(
      "spec",
      "spec is immutable after creation except resources.requests and volumeAttributesClassName " +
        "for bound claims",
    ));
  }
  const requested = requestedStorage(claim)?.nanos ?? 0n;
  if (requested < (requestedStorage(previous)?.nanos ?? 0n)) {
    const capacity = claimCapacity(previous)?.nanos ?? 0n;
    if (requested <= capacity) {
      errors.push(forbiddenValue(REQUEST_PATH, "field can not be less than status.capacity"));
    }
  }
  const mode = objectAt(claim, "spec")["volumeMode"];
  if (mode !== objectAt(previous, "spec")["volumeMode"]) {
    errors.push(invalidValue("volumeMode", mode ?? null, "field is immutable"));
  }
  return errors;
}

/** What of a spec has to stay as it was, sizes compared by what they are worth. */
function fixedPart(claim: JsonObject, previous: JsonObject, mayGrow: boolean): JsonObject {
  const spec = objectAt(claim, "spec");
  const before = objectAt(previous, "spec");
  const fixed: Record<string, unknown> = { ...spec, resources: fixedResources(spec, mayGrow) };
  // A volume is assigned once, and a class once where there was none.
  for (const field of ["volumeName", "storageClassName"]) {
    if ((before[field] ?? "") === "") delete fixed[field];
  }
  if (mayGrow) delete fixed["volumeAttributesClassName"];
  return fixed;
}

function fixedResources(spec: JsonObject, mayGrow: boolean): JsonObject {
  const requests = worth(objectAt(spec, "resources", "requests"));
  if (mayGrow) delete requests["storage"];
  return { requests, limits: worth(objectAt(spec, "resources", "limits")) };
}

function worth(list: JsonObject): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(list).map(([name, value]) => [name, parseAmount(value)?.nanos ?? value]),
  );
}
