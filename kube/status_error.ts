/**
 * Failures of the API server as {@link ApiError}s.
 *
 * @module
 */

import * as z from "zod";

import { ApiError, type JsonObject } from "./api.ts";

/** Server messages repeat whole objects now and then; a log line needs the beginning. */
const MESSAGE_LENGTH_MAX = 1_024;

const MS_PER_SECOND = 1_000;

/** `meta/v1.Status`, as far as it is used; every part of it may be absent or odd. */
const statusSchema = z.object({
  code: z.int().catch(0),
  reason: z.string().catch(""),
  message: z.string().catch(""),
  details: z.object({ retryAfterSeconds: z.number().nonnegative().optional().catch(undefined) })
    .catch({ retryAfterSeconds: undefined }),
});

/** What the HTTP layer knew besides the body. */
export interface HttpFailure {
  readonly status: number;
  readonly retryAfterHeader: string | null;
  readonly body: JsonObject | undefined;
}

/** Makes an error of a response whose status is no success. `action` completes "Cannot …". */
export function apiErrorOfResponse(action: string, failure: HttpFailure): ApiError {
  const status = statusSchema.parse(failure.body ?? {});
  return new ApiError(describe(action, failure.status, status.reason, status.message), {
    code: failure.status,
    reason: status.reason,
    retryAfterMs: headerMs(failure.retryAfterHeader) ?? detailsMs(status.details.retryAfterSeconds),
  });
}

/** Makes an error of the object in an `ERROR` event of a watch. */
export function apiErrorOfEvent(action: string, object: JsonObject): ApiError {
  const status = statusSchema.parse(object);
  return new ApiError(describe(action, status.code, status.reason, status.message), {
    code: status.code,
    reason: status.reason,
    retryAfterMs: detailsMs(status.details.retryAfterSeconds),
  });
}

function describe(action: string, code: number, reason: string, message: string): string {
  const told = message === "" ? "" : `: ${message.slice(0, MESSAGE_LENGTH_MAX)}`;
  return `Cannot ${action}: the API server answered ${`${code} ${reason}`.trim()}${told}`;
}

/** The API server sends whole seconds; the date form of RFC 9110 is left to the back-off. */
function headerMs(header: string | null): number | undefined {
  if (header === null || !/^\d{1,6}$/.test(header)) return undefined;
  return Number(header) * MS_PER_SECOND;
}

/** The server puts 0 here when it has no advice to give. */
function detailsMs(seconds: number | undefined): number | undefined {
  return seconds === undefined || seconds === 0 ? undefined : seconds * MS_PER_SECOND;
}
