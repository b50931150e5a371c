/**
 * Failures as `meta/v1.Status`, which is all that a client ever learns of them.
 *
 * @module
 */

import { ApiError } from "../../../kube/api.ts";
import type { Answer } from "./http_message.ts";
import { invalidCauses } from "./status_causes.ts";

/** What the failed request was about, for `details`. */
export interface StatusTarget {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly name: string;
}

const MS_PER_SECOND = 1_000;

/** Makes the failure of a verb that a path does not have. */
export function methodNotAllowed(): ApiError {
  return new ApiError("the server does not allow this method on the requested resource", {
    code: 405,
    reason: "MethodNotAllowed",
  });
}

/** The answer that tells of a failure, with `Retry-After` where the client is asked to wait. */
export function statusAnswer(error: ApiError, target?: StatusTarget | undefined): Answer {
  const retryAfterSeconds = error.retryAfterMs === undefined
    ? undefined
    : Math.ceil(error.retryAfterMs / MS_PER_SECOND);
  return {
    code: error.code,
    headers: retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) },
    body: {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: error.message,
      reason: error.reason,
      details: { ...targetDetails(error, target), retryAfterSeconds },
      code: error.code,
    },
  };
}

/** `details.kind` is the kind of an object that is invalid, else the plural (apimachinery `errors.go`). */
function targetDetails(
  error: ApiError,
  target: StatusTarget | undefined,
): Record<string, unknown> {
  if (target === undefined) return {};
  const { group, kind, plural, name } = target;
  const shared = {
    ...name === "" ? {} : { name },
    ...group === "" ? {} : { group },
    kind: error.reason === "Invalid" ? kind : plural,
  };
  const causes = invalidCauses(error);
  return causes.length === 0 ? shared : { ...shared, causes };
}
