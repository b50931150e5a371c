/**
 * What keeps a candidate from the Lease, in words for who can change it.
 *
 * @module
 */

import { ApiError } from "../api.ts";
import { errorText } from "../logger.ts";
import { LEASE } from "../resources.ts";

const FORBIDDEN = 403;

/** What a candidate does to a Lease. */
const VERBS = "get, create and update";

/** Describes a failed try; a missing right is named, because waiting does not cure it. */
export function describeFailure(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  error: unknown,
): string {
  const action = `Cannot compete for the lease ${namespace}/${name}`;
  if (error instanceof ApiError && error.code === FORBIDDEN) {
    return `${action}: expected the rights ${VERBS} to ${LEASE.plural} of ${LEASE.group} in ` +
      `namespace ${namespace}, found that one is missing: ${error.message}`;
  }
  return `${action}: ${errorText(error)}`;
}
