/**
 * Who owns which fields of an object: `metadata.managedFields`.
 *
 * @module
 */

import { isDeepStrictEqual } from "node:util";

import type { JsonObject } from "../../kube/api.ts";
import { isJsonObject } from "../../kube/json.ts";
import { compareFields, difference, type FieldSet, fieldsOf, isEmpty, union } from "./field_set.ts";
import { without } from "./json_value.ts";
import { metadataOf, withMetadata } from "./metadata.ts";

/** A manager: the same name is another one when it applies, or writes a subresource. */
export interface Manager {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  readonly subresource?: string | undefined;
}

/** What a manager owns. */
export interface Ownership extends Manager {
  readonly time: string;
  readonly fields: FieldSet;
}

/** Metadata that nobody owns. */
const UNOWNED_METADATA = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "name",
  "namespace",
  "resourceVersion",
  "selfLink",
  "uid",
] as const;

/** What of an object can be owned. */
export function ownablePart(object: JsonObject): JsonObject {
  const metadata = without(metadataOf(object), ...UNOWNED_METADATA);
  const rest = without(object, "apiVersion", "kind", "metadata");
  return isEmpty(fieldsOf(metadata)) ? rest : { ...rest, metadata };
}

/** Reads who owns what. */
export function ownershipsOf(object: JsonObject): readonly Ownership[] {
  const entries = metadataOf(object)["managedFields"];
  if (!Array.isArray(entries)) return [];
  return entries.filter(isJsonObject).map((entry) => ({
    manager: String(entry["manager"]),
    operation: entry["operation"] === "Apply" ? "Apply" : "Update",
    apiVersion: String(entry["apiVersion"]),
    subresource: typeof entry["subresource"] === "string" ? entry["subresource"] : undefined,
    time: String(entry["time"]),
    fields: isJsonObject(entry["fieldsV1"]) ? entry["fieldsV1"] : {},
  }));
}

/** The object with its owners noted; who owns nothing is left out. */
export function withOwnerships(
  object: JsonObject,
  ownerships: readonly Ownership[],
): JsonObject {
  const entries = ownerships.filter(({ fields }) => !isEmpty(fields)).map(formatOwnership);
  return withMetadata(object, { managedFields: entries.length === 0 ? undefined : entries });
}

function formatOwnership(ownership: Ownership): JsonObject {
  const { manager, operation, apiVersion, subresource, time, fields } = ownership;
  return {
    manager,
    operation,
    apiVersion,
    time,
    fieldsType: "FieldsV1",
    fieldsV1: fields,
    ...subresource === undefined ? {} : { subresource },
  };
}

/** Whether both are one manager. */
export function isSameManager(left: Manager, right: Manager): boolean {
  return left.manager === right.manager && left.operation === right.operation &&
    left.subresource === right.subresource;
}

/** Notes a write that is no apply: the writer owns what it changed, and nobody what is gone. */
export function noteUpdate(
  previous: JsonObject | undefined,
  object: JsonObject,
  writer: Manager,
  time: string,
): JsonObject {
  const before = previous === undefined ? {} : ownablePart(previous);
  const { written, removed } = compareFields(before, ownablePart(object));
  const ownerships = previous === undefined ? [] : ownershipsOf(previous);
  if (previous !== undefined && isEmpty(written) && isEmpty(removed)) return object;
  const own = ownerships.find((ownership) => isSameManager(ownership, writer));
  const others = ownerships.filter((ownership) => ownership !== own).map((ownership) => ({
    ...ownership,
    fields: difference(difference(ownership.fields, written), removed),
  }));
  const fields = union(difference(own?.fields ?? {}, removed), written);
  const isSame = own !== undefined && isDeepStrictEqual(own.fields, fields);
  return withOwnerships(object, [...others, isSame ? own : { ...writer, time, fields }]);
}
