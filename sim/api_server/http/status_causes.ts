/**
 * Which fields an `Invalid` object has wrong, as `details.causes` lists them.
 *
 * `kubectl` prints the causes and not the message, so a Status without them says nothing to its reader.
 *
 * @module
 */

import type { ApiError } from "../../../kube/api.ts";

/** One entry of `details.causes`. */
export interface StatusCause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

/** How `field.Error` begins its text, and the `CauseType` of each (apimachinery `field/errors.go`). */
const CAUSE_REASONS: readonly (readonly [string, string])[] = [
  ["Required value", "FieldValueRequired"],
  ["Unsupported value", "FieldValueNotSupported"],
  ["Duplicate value", "FieldValueDuplicate"],
  ["Forbidden", "FieldValueForbidden"],
  ["Not found", "FieldValueNotFound"],
  ["Too long", "FieldValueTooLong"],
  ["Too many", "FieldValueTooMany"],
  ["Internal error", "InternalError"],
];

/** A path of fields, then what is wrong with it. */
const CAUSE_PATTERN = /^([A-Za-z_$<][^\s:]*): ([\s\S]*)$/;

/** Reads the causes off the message, which names all of them in the form of `field.ErrorList`. */
export function invalidCauses(error: ApiError): readonly StatusCause[] {
  if (error.reason !== "Invalid") return [];
  const list = /is invalid: ([\s\S]*)$/.exec(error.message)?.[1] ?? error.message;
  const texts = list.replace(/^\[([\s\S]*)\]$/, "$1").split(/, (?=[A-Za-z_$<][^\s:,]*: [A-Z])/);
  return texts.map(causeOf);
}

function causeOf(text: string): StatusCause {
  const [, field = "", message = text] = CAUSE_PATTERN.exec(text) ?? [];
  const known = CAUSE_REASONS.find(([beginning]) => message.startsWith(beginning));
  return { reason: known?.[1] ?? "FieldValueInvalid", message, field };
}
