/**
 * Lists: what is selected, page by page, of the present or of a version that is past.
 *
 * @module
 */

import type { JsonObject, ListPage, ListQuery, Resource } from "../../kube/api.ts";
import { isJsonObject } from "../../kube/json.ts";
import { parseFieldSelector } from "./field_selector.ts";
import { parseLabelSelector, type Predicate } from "./label_selector.ts";
import { metadataText } from "./metadata.ts";
import type { ObjectStore } from "./object_store.ts";
import { badRequest, expired, invalidOptions, tooLargeVersion } from "./refusals.ts";

/** As `ValidateListOptions` of apimachinery says it. */
export const VERSION_MATCH_ALONE =
  "resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided";

/** What lists and watches narrow their kind by. */
export type SelectionQuery = Pick<ListQuery, "namespace" | "labelSelector" | "fieldSelector">;

/**
 * Reads what a query selects.
 *
 * @throws {ApiError} 400 if a selector cannot be read.
 */
export function parseSelection(resource: Resource, query: SelectionQuery): Predicate {
  const { namespace } = query;
  const hasLabels = parseLabelSelector(query.labelSelector);
  const hasFields = parseFieldSelector(resource, query.fieldSelector);
  return (object) =>
    (namespace === undefined || metadataText(object, "namespace") === namespace) &&
    hasLabels(object) && hasFields(object);
}

/**
 * Reads a resourceVersion; undefined if none is asked for.
 *
 * @throws {ApiError} 400 if it is no decimal number.
 */
export function parseVersion(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  if (!/^\d{1,15}$/.test(text)) throw badRequest(`Invalid resource version: ${text}`);
  return Number(text);
}

/**
 * Serves one page.
 *
 * @throws {ApiError} 400 for a query that makes no sense, 410 for a version that is forgotten, 504 for one
 * that lies in the future.
 */
export function listPage(store: ObjectStore, resource: Resource, query: ListQuery): ListPage {
  const selects = parseSelection(resource, query);
  const { version, after } = query.continue === undefined || query.continue === ""
    ? { version: firstPageVersion(store, query), after: "" }
    : parseContinue(query.continue);
  const objects = store.allAt(resource, version);
  if (objects === undefined) throw expired(forgottenMessage(query));
  const selected = objects.filter((object) => positionOf(object) > after && selects(object));
  const limit = query.limit ?? 0;
  const items = limit > 0 ? selected.slice(0, limit) : selected;
  const last = items.at(-1);
  const page = { items, resourceVersion: String(version) };
  if (last === undefined || items.length === selected.length) return page;
  return { ...page, continue: formatContinue({ version, after: positionOf(last) }) };
}

function firstPageVersion(store: ObjectStore, query: ListQuery): number {
  const asked = parseVersion(query.resourceVersion);
  const match = query.resourceVersionMatch;
  if (match !== undefined && asked === undefined) {
    throw invalidOptions("ListOptions", VERSION_MATCH_ALONE);
  }
  if (match === "Exact" && asked === 0) {
    const problem = 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"';
    throw invalidOptions("ListOptions", `resourceVersionMatch: Forbidden: ${problem}`);
  }
  if (asked !== undefined && asked > store.version) throw tooLargeVersion(asked, store.version);
  return match === "Exact" && asked !== undefined ? asked : store.version;
}

function forgottenMessage(query: ListQuery): string {
  return query.continue === undefined
    ? "The resourceVersion for the provided list is too old."
    : "The provided continue parameter is too old to display a consistent list result.";
}

interface Position {
  readonly version: number;
  readonly after: string;
}

/** Sorts as the store does. */
function positionOf(object: JsonObject): string {
  return `${metadataText(object, "namespace")}/${metadataText(object, "name")}`;
}

function formatContinue(position: Position): string {
  return btoa(JSON.stringify(position)).replaceAll("=", "");
}

function parseContinue(token: string): Position {
  try {
    const position: unknown = JSON.parse(atob(token));
    const { version, after } = isJsonObject(position) ? position : {};
    if (typeof version === "number" && typeof after === "string") return { version, after };
  } catch {
    // Falls through to the refusal: whatever is wrong with it, it is no token of ours.
  }
  throw badRequest("continue key is not valid: found a token that this server did not issue");
}
