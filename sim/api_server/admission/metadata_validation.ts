/**
 * Validates metadata as `ValidateObjectMeta` (`k8s.io/apimachinery/pkg/api/validation`): names, labels, finalizers.
 *
 * @module
 */

import type { JsonObject } from "../../../kube/api.ts";
import { NAMESPACE } from "../../../kube/resources.ts";
import type { AdmissionRequest } from "../api_server.ts";
import { finalizersOf, isTerminating, labelsOf } from "../metadata.ts";
import { groupKind } from "../refusals.ts";
import {
  type FieldError,
  forbiddenValue,
  invalidObject,
  invalidValue,
} from "../schema/field_error.ts";

const LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";

/** Names of namespaces are part of host names; those of other kinds may have dots. */
const NAMESPACE_NAME = new RegExp(`^${LABEL}$`);
const NAMESPACE_NAME_LENGTH_MAX = 63;
const OBJECT_NAME = new RegExp(`^${LABEL}(\\.${LABEL})*$`);
const OBJECT_NAME_LENGTH_MAX = 253;

const LABEL_KEY = new RegExp(`^(${LABEL}(\\.${LABEL})*/)?${QUALIFIED}$`);
const LABEL_VALUE = new RegExp(`^(${QUALIFIED})?$`);
const LABEL_VALUE_LENGTH_MAX = 63;

/** Refuses names and labels that upstream refuses, and finalizers that come too late. */
export function validateMetadata(request: AdmissionRequest): void {
  const { resource, object, previous, name } = request;
  if (object === undefined) return;
  const errors = [
    ...(previous === undefined ? nameErrors(request) : finalizerErrors(object, previous)),
    ...labelErrors(object),
  ];
  if (errors.length > 0) throw invalidObject(groupKind(resource), name.name, errors);
}

function nameErrors({ resource, name: { name } }: AdmissionRequest): FieldError[] {
  const isNamespace = resource.plural === NAMESPACE.plural && resource.group === "";
  const [pattern, lengthMax, what] = isNamespace
    ? [NAMESPACE_NAME, NAMESPACE_NAME_LENGTH_MAX, "label"] as const
    : [OBJECT_NAME, OBJECT_NAME_LENGTH_MAX, "subdomain"] as const;
  if (name.length > lengthMax) {
    return [invalidValue("metadata.name", name, `must be no more than ${lengthMax} bytes`)];
  }
  if (pattern.test(name)) return [];
  const problem = `a lowercase RFC 1123 ${what} must consist of lower case alphanumeric ` +
    "characters and must start and end with an alphanumeric character";
  return [invalidValue("metadata.name", name, problem)];
}

function labelErrors(object: JsonObject): FieldError[] {
  return Object.entries(labelsOf(object)).flatMap(([key, value]) => {
    const errors: FieldError[] = [];
    if (!LABEL_KEY.test(key)) {
      errors.push(invalidValue("metadata.labels", key, "must be a qualified name"));
    }
    const text = String(value);
    if (!LABEL_VALUE.test(text) || text.length > LABEL_VALUE_LENGTH_MAX) {
      errors.push(invalidValue("metadata.labels", text, "must be a valid label value"));
    }
    return errors;
  });
}

function finalizerErrors(object: JsonObject, previous: JsonObject): FieldError[] {
  if (!isTerminating(previous)) return [];
  const before = finalizersOf(previous);
  const added = finalizersOf(object).filter((finalizer) => !before.includes(finalizer));
  if (added.length === 0) return [];
  const problem = "no new finalizers can be added if the object is being deleted, " +
    `found new finalizers ${JSON.stringify(added)}`;
  return [forbiddenValue("metadata.finalizers", problem)];
}
