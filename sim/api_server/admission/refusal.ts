/**
 * How admission plugins refuse.
 *
 * @module
 */

import { ApiError } from "../../../kube/api.ts";
import type { AdmissionRequest } from "../api_server.ts";
import { qualifiedPlural } from "../refusals.ts";

/** 403 in the words of `admission.NewForbidden`. */
export function forbidden({ resource, name }: AdmissionRequest, problem: string): ApiError {
  const subject = `${qualifiedPlural(resource)} ${JSON.stringify(name.name)}`;
  return new ApiError(`${subject} is forbidden: ${problem}`, { code: 403, reason: "Forbidden" });
}
