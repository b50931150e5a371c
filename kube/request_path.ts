/**
 * Paths and query strings of the Kubernetes API.
 *
 * @module
 */

import type { ListQuery, Resource, WatchQuery, WriteOptions } from "./api.ts";

/** What a path leads to; without a name, to the collection. */
export interface PathTarget {
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly subresource?: string | undefined;
}

/**
 * The path of an object, a subresource or a collection.
 *
 * @throws {TypeError} if a part could lead elsewhere (the rule of Kubernetes' `path.IsValidPathSegmentName`),
 * or a namespace is given for a resource that has none.
 */
export function resourcePath(resource: Resource, target: PathTarget): string {
  const { group, version, plural, namespaced } = resource;
  if (target.namespace !== undefined && !namespaced) {
    throw new TypeError(`Cannot address ${plural}: expected no namespace, found one`);
  }
  const root = group === "" ? ["api", version] : ["apis", group, version];
  const scope = target.namespace === undefined ? [] : ["namespaces", target.namespace];
  const rest = [target.name, target.subresource].filter((part) => part !== undefined);
  return [...root, ...scope, plural, ...rest].map((part) => `/${segment(part, plural)}`).join("");
}

/** The path of one object: a namespaced resource needs its namespace. */
export function objectPath(resource: Resource, target: PathTarget & { name: string }): string {
  if (resource.namespaced && target.namespace === undefined) {
    throw new TypeError(`Cannot address one of ${resource.plural}: expected a namespace`);
  }
  return resourcePath(resource, target);
}

function segment(part: string, plural: string): string {
  if (part === "" || part === "." || part === ".." || /[/%]/.test(part)) {
    throw new TypeError(`Cannot address ${plural}: expected a name, found ${JSON.stringify(part)}`);
  }
  return encodeURIComponent(part);
}

/** Query parameters of a list. */
export function listParameters(query: ListQuery): URLSearchParams {
  return parameters({
    labelSelector: query.labelSelector,
    fieldSelector: query.fieldSelector,
    limit: query.limit,
    continue: query.continue,
    resourceVersion: query.resourceVersion,
    resourceVersionMatch: query.resourceVersionMatch,
  });
}

/** Query parameters of a watch: bookmarks always, because their absence is how a dead one is noticed. */
export function watchParameters(query: WatchQuery): URLSearchParams {
  return parameters({
    watch: true,
    allowWatchBookmarks: true,
    labelSelector: query.labelSelector,
    fieldSelector: query.fieldSelector,
    resourceVersion: query.resourceVersion,
    sendInitialEvents: query.sendInitialEvents,
    resourceVersionMatch: query.sendInitialEvents === true ? "NotOlderThan" : undefined,
    timeoutSeconds: query.timeoutSeconds,
  });
}

/** Query parameters of a write. */
export function writeParameters(
  options: WriteOptions,
  force?: boolean | undefined,
): URLSearchParams {
  return parameters({
    fieldManager: options.fieldManager,
    dryRun: options.dryRun === true ? "All" : undefined,
    force: force === true ? true : undefined,
  });
}

function parameters(
  values: Readonly<Record<string, string | number | boolean | undefined>>,
): URLSearchParams {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) search.set(name, String(value));
  }
  return search;
}
