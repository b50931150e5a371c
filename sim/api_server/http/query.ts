/**
 * Query parameters of the Kubernetes API.
 *
 * @module
 */

import type { ListQuery, WatchQuery } from "../../../kube/api.ts";
import { VERSION_MATCH_ALONE } from "../listing.ts";
import { badRequest, invalidOptions } from "../refusals.ts";

/** Servers end a watch after 30 to 60 min unless told otherwise (`--min-request-timeout`). */
const TIMEOUT_SECONDS = 1_800;

/** Unknown and duplicate fields of a write: refused, warned about, or dropped in silence. */
export type FieldValidation = "Strict" | "Warn" | "Ignore";

/** What the parameters of a write are called in refusals. */
export type WriteOptionsKind =
  | "CreateOptions"
  | "UpdateOptions"
  | "PatchOptions"
  | "DeleteOptions";

const WRITE_OPTIONS: ReadonlyMap<string, WriteOptionsKind> = new Map([
  ["PUT", "UpdateOptions"],
  ["PATCH", "PatchOptions"],
  ["DELETE", "DeleteOptions"],
]);

/** What the parameters of a request with this method are called. */
export function writeOptionsOf(method: string): WriteOptionsKind {
  return WRITE_OPTIONS.get(method) ?? "CreateOptions";
}

/** A watch as it came over the wire. */
export interface WatchParameters {
  readonly query: WatchQuery;
  /** What the client asked for; the server's own interface always has bookmarks. */
  readonly allowBookmarks: boolean;
  /** Whether the bookmark that ends the present state is for the client, who asked for that. */
  readonly announceInitialEnd: boolean;
}

/**
 * What to list.
 *
 * @throws {ApiError} 422 for a combination that the API server refuses too.
 */
export function listQuery(search: URLSearchParams, namespace: string | undefined): ListQuery {
  refuseInitialEvents(search);
  return {
    namespace,
    labelSelector: text(search, "labelSelector"),
    fieldSelector: text(search, "fieldSelector"),
    limit: count(search, "limit") || undefined,
    continue: text(search, "continue"),
    resourceVersion: text(search, "resourceVersion"),
    resourceVersionMatch: versionMatch(search),
  };
}

/**
 * What to watch. Without a resourceVersion, or from 0, the present state comes first as it does with
 * `sendInitialEvents`, but nothing says where it ends (docs: API concepts, "Semantics for watch").
 *
 * @throws {ApiError} 422 for a combination that the API server refuses too.
 */
export function watchParameters(
  search: URLSearchParams,
  namespace: string | undefined,
): WatchParameters {
  const initial = flag(search, "sendInitialEvents");
  const version = text(search, "resourceVersion");
  checkInitialEvents(search, initial);
  const startsNow = initial === undefined && (version === undefined || version === "0");
  const isInitial = initial === true || startsNow;
  return {
    query: {
      namespace,
      labelSelector: text(search, "labelSelector"),
      fieldSelector: text(search, "fieldSelector"),
      resourceVersion: isInitial ? undefined : version,
      sendInitialEvents: isInitial ? true : undefined,
      timeoutSeconds: count(search, "timeoutSeconds") || TIMEOUT_SECONDS,
    },
    allowBookmarks: flag(search, "allowWatchBookmarks") === true,
    announceInitialEnd: initial === true,
  };
}

/** Whether a request is for a watch. */
export function isWatch(search: URLSearchParams): boolean {
  return flag(search, "watch") === true;
}

/**
 * Whether a write is not to be stored.
 *
 * @throws {ApiError} 422 for any stage but `All`.
 */
export function isDryRun(stages: readonly string[], options: WriteOptionsKind): boolean {
  const unknown = stages.find((stage) => stage !== "All");
  if (unknown !== undefined) {
    throw invalidOptions(
      options,
      `dryRun: Unsupported value: ["${unknown}"]: supported values: "All"`,
    );
  }
  return stages.length > 0;
}

/** What to do about unknown fields; the server's own default is to warn. */
export function fieldValidation(
  search: URLSearchParams,
  options: WriteOptionsKind,
): FieldValidation {
  const value = text(search, "fieldValidation") ?? "Warn";
  if (value === "Strict" || value === "Warn" || value === "Ignore") return value;
  throw invalidOptions(
    options,
    `fieldValidation: Unsupported value: "${value}": supported values: "", "Ignore", "Strict", "Warn"`,
  );
}

/** A parameter that is `true`, `1` or present without a value; undefined if it is absent. */
export function flag(search: URLSearchParams, name: string): boolean | undefined {
  const value = search.get(name);
  return value === null ? undefined : !["false", "0"].includes(value.toLowerCase());
}

/** A parameter that is neither absent nor empty. */
export function text(search: URLSearchParams, name: string): string | undefined {
  return search.get(name) || undefined;
}

function count(search: URLSearchParams, name: string): number | undefined {
  const value = text(search, name);
  if (value === undefined) return undefined;
  if (!/^\d{1,15}$/.test(value)) {
    throw badRequest(`${name}: expected a whole number, found ${JSON.stringify(value)}`);
  }
  return Number(value);
}

function versionMatch(search: URLSearchParams): ListQuery["resourceVersionMatch"] {
  const match = text(search, "resourceVersionMatch");
  if (match === undefined || match === "Exact" || match === "NotOlderThan") return match;
  throw invalidOptions("ListOptions", `resourceVersionMatch: Unsupported value: "${match}"`);
}

/** apimachinery `ValidateListOptions`: the two parameters come together or not at all. */
function checkInitialEvents(search: URLSearchParams, initial: boolean | undefined): void {
  const match = text(search, "resourceVersionMatch");
  if (initial === undefined && match !== undefined) {
    const problem = "is forbidden for watch unless sendInitialEvents is provided";
    throw invalidOptions(
      "ListOptions",
      `resourceVersionMatch: Forbidden: resourceVersionMatch ${problem}`,
    );
  }
  if (initial !== undefined && match !== "NotOlderThan") {
    const problem = "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan";
    throw invalidOptions("ListOptions", `resourceVersionMatch: Forbidden: ${problem}`);
  }
}

/** A list has no initial events, as it has no others. */
function refuseInitialEvents(search: URLSearchParams): void {
  if (flag(search, "sendInitialEvents") === undefined) return;
  const problem = "sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list";
  const isAlone = text(search, "resourceVersionMatch") !== undefined &&
    text(search, "resourceVersion") === undefined;
  throw invalidOptions("ListOptions", isAlone ? `[${VERSION_MATCH_ALONE}, ${problem}]` : problem);
}
