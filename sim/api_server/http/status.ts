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

/** How messages name what they are about: an object, or the parameters of the request. */
const SUBJECT_PATTERN =
  /^(?:Operation cannot be fulfilled on )?(?<kind>[A-Za-z]\w*)(?:\.(?<group>[\w.-]+))? "(?<name>[^"]*)"(?: not found$| already exists$| is invalid: | is forbidden: |: )/;

/**
 * What a failure is about: its message names it where that is not what was asked for (a missing namespace, a
 * parameter). `details.kind` is the kind of an object that is invalid, else the plural (apimachinery `errors.go`).
 */
function targetDetails(
  error: ApiError,
  target: StatusTarget | undefined,
): Record<string, unknown> {
  const subject = SUBJECT_PATTERN.exec(error.message)?.groups ?? requested(error, target);
  if (subject === undefined) return {};
  const { group = "", name = "", kind } = subject;
  const shared = {
    ...name === "" ? {} : { name },
    ...group === "" ? {} : { group },
    kind,
  };
  const causes = invalidCauses(error);
  return causes.length === 0 ? shared : { ...shared, causes };
}

function requested(
  error: ApiError,
  target: StatusTarget | undefined,
): Readonly<Record<string, string>> | undefined {
  if (target === undefined) return undefined;
  const { group, kind, plural, name } = target;
  return { group, name, kind: error.reason === "Invalid" ? kind : plural };
}
