/**
 * What is wrong with a field, in the words of `k8s.io/apimachinery/pkg/util/validation/field`.
 *
 * @module
 */

import { ApiError } from "../../../kube/api.ts";

/** Kinds of field errors, named as they are rendered. */
export type FieldErrorKind =
  | "Required value"
  | "Duplicate value"
  | "Invalid value"
  | "Unsupported value"
  | "Forbidden"
  | "Too long"
  | "Too many";

/** One field that is wrong. */
export interface FieldError {
  readonly kind: FieldErrorKind;
  /** Path such as `spec.tiers[0].upTo`; the empty text for the object itself. */
  readonly field: string;
  /** What was found; absent where upstream leaves it out. */
  readonly value?: { readonly found: unknown } | undefined;
  readonly detail: string;
  /** The value has the wrong type; such an error keeps rules from being evaluated. */
  readonly isTypeError?: boolean | undefined;
}

/** A value that breaks a rule. */
export function invalidValue(field: string, found: unknown, detail: string): FieldError {
  return { kind: "Invalid value", field, value: { found }, detail };
}

/** A change or a value that is not permitted as things are. */
export function forbiddenValue(field: string, detail: string): FieldError {
  return { kind: "Forbidden", field, detail };
}

/** A field that has to be there. */
export function requiredValue(field: string, detail = ""): FieldError {
  return { kind: "Required value", field, detail };
}

/** A value outside of an enumeration. */
export function unsupportedValue(
  field: string,
  found: unknown,
  supported: readonly unknown[],
): FieldError {
  const names = supported.map((value) =>
    JSON.stringify(typeof value === "string" ? value : JSON.stringify(value))
  );
  return {
    kind: "Unsupported value",
    field,
    value: { found },
    detail: `supported values: ${names.join(", ")}`,
  };
}

/** The error as one line. */
export function fieldErrorText(error: FieldError): string {
  const value = error.value === undefined ? "" : `: ${JSON.stringify(error.value.found)}`;
  const detail = error.detail === "" ? "" : `: ${error.detail}`;
  return `${error.field}: ${error.kind}${value}${detail}`;
}

/**
 * The refusal of an object with wrong fields, as `errors.NewInvalid` words it.
 *
 * @param groupKind for example `StoragePolicy.cnpg.supporttools.io`; the bare kind for the core group
 */
export function invalidObject(
  groupKind: string,
  name: string,
  errors: readonly FieldError[],
): ApiError {
  const texts = [...new Set(errors.map(fieldErrorText))];
  const listed = texts.length === 1 ? texts[0] : `[${texts.join(", ")}]`;
  return new ApiError(`${groupKind} ${JSON.stringify(name)} is invalid: ${listed}`, {
    code: 422,
    reason: "Invalid",
  });
}
