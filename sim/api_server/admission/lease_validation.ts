/**
 * Validates Leases (`pkg/apis/coordination/validation`).
 *
 * @module
 */

import { isJsonObject } from "../../../kube/json.ts";
import { LEASE } from "../../../kube/resources.ts";
import type { AdmissionRequest } from "../api_server.ts";
import { groupKind } from "../refusals.ts";
import { type FieldError, invalidObject, invalidValue } from "../schema/field_error.ts";
import { checkMicroTimes } from "./micro_time.ts";

/** Refuses Leases whose times cannot be read or whose numbers make no sense. */
export function validateLease({ resource, object, name }: AdmissionRequest): void {
  if (resource.plural !== LEASE.plural || resource.group !== LEASE.group) return;
  const spec = isJsonObject(object?.["spec"]) ? object["spec"] : {};
  checkMicroTimes("Lease", [spec["acquireTime"], spec["renewTime"]]);
  const errors = [
    ...numberErrors("spec.leaseDurationSeconds", spec["leaseDurationSeconds"], 1),
    ...numberErrors("spec.leaseTransitions", spec["leaseTransitions"], 0),
  ];
  if (errors.length > 0) throw invalidObject(groupKind(resource), name.name, errors);
}

function numberErrors(field: string, value: unknown, minimum: 0 | 1): FieldError[] {
  if (value === undefined || value === null) return [];
  if (typeof value === "number" && value >= minimum) return [];
  const problem = `must be greater than ${minimum === 0 ? "or equal to 0" : "0"}`;
  return [invalidValue(field, value, problem)];
}
