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

/** An invalid value of another type reads as any other; its cause is one of its own. */
const TYPE_ERROR = / in body must be of type /;

/** One owner who keeps others from applying, and the fields that he owns. */
const OWNER_PATTERN = /conflicts? with "[^"]*"[^:]*:((?: |\n- )\.[^\n]*)+/g;

/** A path of fields, then what is wrong with it. */
const CAUSE_PATTERN = /^([A-Za-z_$<][^\s:]*): ([\s\S]*)$/;

/**
 * Reads the causes off the message, which names all of them in the form of `field.ErrorList`; those of a refused
 * apply are who owns what.
 */
export function invalidCauses(error: ApiError): readonly StatusCause[] {
  if (error.reason === "Conflict") return applyConflicts(error);
  if (error.reason !== "Invalid") return [];
  const list = /is invalid: ([\s\S]*)$/.exec(error.message)?.[1] ?? error.message;
  const texts = list.replace(/^\[([\s\S]*)\]$/, "$1").split(/, (?=[A-Za-z_$<][^\s:,]*: [A-Z])/);
  return texts.map(causeOf);
}

function causeOf(text: string): StatusCause {
  const [, field = "", message = text] = CAUSE_PATTERN.exec(text) ?? [];
  if (TYPE_ERROR.test(message)) return { reason: "FieldValueTypeInvalid", message, field };
  const known = CAUSE_REASONS.find(([beginning]) => message.startsWith(beginning));
  return { reason: known?.[1] ?? "FieldValueInvalid", message, field };
}

function applyConflicts({ message }: ApiError): readonly StatusCause[] {
  if (!message.startsWith("Apply failed with")) return [];
  return [...message.matchAll(OWNER_PATTERN)].flatMap(([text]) => {
    const owner = text.slice(0, text.indexOf(":"));
    const fields = text.slice(owner.length + 1).split("\n- ").map((field) => field.trim());
    return fields.filter((field) => field !== "").map((field) => ({
      reason: "FieldManagerConflict",
      message: owner,
      field,
    }));
  });
}
