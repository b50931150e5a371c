/**
 * Field selectors, of the few fields that kinds offer: `metadata.name=a,status.phase!=Running`.
 *
 * @module
 */

import type { JsonObject, Resource } from "../../kube/api.ts";
import { isJsonObject } from "../../kube/json.ts";
import type { Predicate } from "./label_selector.ts";
import { badRequest, qualifiedPlural } from "./refusals.ts";

const FIELDS_OF_ALL = ["metadata.name", "metadata.namespace"];

/** `registry/core/pod/strategy.go`, `registry/core/event/strategy.go`: as far as anybody here asks. */
const FIELDS_OF_KINDS: ReadonlyMap<string, readonly string[]> = new Map([
  ["pods", ["spec.nodeName", "spec.serviceAccountName", "status.phase", "status.podIP"]],
  ["secrets", ["type"]],
  ["namespaces", ["status.phase"]],
  ["events.events.k8s.io", [
    "reason",
    "regarding.kind",
    "regarding.name",
    "regarding.namespace",
    "regarding.uid",
    "reportingController",
    "type",
  ]],
]);

const TERM = /^(?<path>[^=!]+)(?<operator>==|!=|=)(?<value>[^=]*)$/;

/**
 * Reads a selector; none selects everything.
 *
 * @throws {ApiError} 400 if it cannot be read, or names a field that cannot be selected by.
 */
export function parseFieldSelector(resource: Resource, text: string | undefined): Predicate {
  const terms = (text ?? "").split(",").filter((term) => term.trim() !== "");
  const predicates = terms.map((term) => parseTerm(resource, term.trim()));
  return (object) => predicates.every((selects) => selects(object));
}

function parseTerm(resource: Resource, term: string): Predicate {
  const groups = TERM.exec(term)?.groups;
  if (groups === undefined) {
    throw badRequest(`invalid field selector: "${term}"; can't understand "${term}"`);
  }
  const path = groups["path"] ?? "";
  const offered = FIELDS_OF_KINDS.get(qualifiedPlural(resource)) ?? [];
  if (!FIELDS_OF_ALL.includes(path) && !offered.includes(path)) {
    throw badRequest(`field label not supported: ${path}`);
  }
  const wanted = groups["value"] ?? "";
  const equal = groups["operator"] !== "!=";
  return (object) => (fieldText(object, path) === wanted) === equal;
}

/** An absent field is an empty text, as Go would have it. */
function fieldText(object: JsonObject, path: string): string {
  let value: unknown = object;
  for (const key of path.split(".")) value = isJsonObject(value) ? value[key] : undefined;
  return typeof value === "string" ? value : "";
}
