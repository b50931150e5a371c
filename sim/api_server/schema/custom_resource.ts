/**
 * What the API server does with a custom resource before it stores it.
 *
 * @module
 */

import type { JsonObject } from "../../../kube/api.ts";
import { isJsonObject } from "../../../kube/json.ts";
import { metadataText } from "../metadata.ts";
import { withDefaults } from "./defaults.ts";
import { type FieldError, invalidObject, invalidValue } from "./field_error.ts";
import { duplicateItems } from "./list_type.ts";
import { prune } from "./prune.ts";
import { compileRules, type RuleCheck } from "./rules.ts";
import type { StructuralSchema } from "./structural_schema.ts";
import { validate } from "./validate.ts";

/** What a schema makes of objects. */
export interface CustomResourceSchema {
  /**
   * Prunes, fills in defaults, validates.
   *
   * @throws {ApiError} 422 `Invalid`, naming every field that is wrong.
   */
  prepare(object: JsonObject, previous: JsonObject | undefined): JsonObject;
  /** Paths of the fields that pruning would remove, for `fieldValidation=Strict`. */
  unknownFields(object: JsonObject): readonly string[];
}

/** With these, upstream does not go on to the rules. */
const BLOCKING: ReadonlySet<FieldError["kind"]> = new Set([
  "Unsupported value",
  "Required value",
  "Too long",
  "Too many",
]);

/**
 * Makes the schema of a kind ready for use.
 *
 * @param groupKind for example `StoragePolicy.cnpg.supporttools.io`
 * @throws {TypeError} If a rule does not compile.
 */
export function customResourceSchema(
  schema: StructuralSchema,
  groupKind: string,
): CustomResourceSchema {
  const checkRules = compileRules(schema);
  return {
    prepare(object, previous): JsonObject {
      const pruned = prune(object, schema).object;
      const filled = withDefaults(pruned, schema);
      const prepared = isJsonObject(filled) ? filled : pruned;
      const errors = findErrors(prepared, previous, schema, checkRules);
      if (errors.length > 0) throw invalidObject(groupKind, metadataText(object, "name"), errors);
      return prepared;
    },
    unknownFields: (object) => prune(object, schema).unknownFields,
  };
}

function findErrors(
  object: JsonObject,
  previous: JsonObject | undefined,
  schema: StructuralSchema,
  checkRules: RuleCheck,
): FieldError[] {
  const errors = [...validate(object, schema, ""), ...duplicateItems(object, schema, "")];
  const isBlocked = errors.some((error) => error.isTypeError === true || BLOCKING.has(error.kind));
  return [
    ...errors,
    ...(isBlocked ? [rulesUnchecked()] : checkRules(object, previous, "")),
  ];
}

function rulesUnchecked(): FieldError {
  return invalidValue(
    "<nil>",
    null,
    "some validation rules were not checked because the object was invalid; " +
      "correct the existing errors to complete validation",
  );
}
