/**
 * Where a path leads.
 *
 * @module
 */

import type { ServedResource } from "../api_server.ts";
import { notServed } from "../refusals.ts";

/** A collection, an object or a subresource of one. */
export interface ResourceRoute {
  readonly served: ServedResource;
  readonly namespace: string | undefined;
  /** Undefined: the collection. */
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

/** Whether objects may be below this path; everything else is discovery and health. */
export function isResourcePath(path: string): boolean {
  const segments = path.split("/").filter((segment) => segment !== "");
  return segments[0] === "api" && segments.length > 2 ||
    segments[0] === "apis" && segments.length > 3;
}

/**
 * Finds what a path below a group's version names.
 *
 * @throws {ApiError} 404 if nothing of that name is served, or not there.
 */
export function routeOf(path: string, resources: readonly ServedResource[]): ResourceRoute {
  const segments = path.split("/").slice(1).map(decode);
  const isCore = segments[0] === "api";
  const group = isCore ? "" : segments[1] ?? "";
  const version = segments[isCore ? 1 : 2];
  const rest = segments.slice(isCore ? 2 : 3);
  const served = resources.filter(({ resource }) =>
    resource.group === group && resource.version === version
  );
  const route = findRoute(rest, served);
  if (route === undefined || !isServed(route)) throw notServed();
  return route;
}

/** `namespaces/NAME/status` is a subresource unless a namespaced kind is called `status`. */
function findRoute(
  rest: readonly string[],
  served: readonly ServedResource[],
): ResourceRoute | undefined {
  const [first, second, third] = rest;
  if (first === "namespaces" && second !== undefined && third !== undefined) {
    const route = below(rest.slice(2), served, second);
    if (route?.served.resource.namespaced) return route;
  }
  return below(rest, served, undefined);
}

function below(
  rest: readonly string[],
  served: readonly ServedResource[],
  namespace: string | undefined,
): ResourceRoute | undefined {
  const [plural, name, subresource] = rest;
  const found = served.find(({ resource }) => resource.plural === plural);
  if (found === undefined || rest.length > 3 || rest.slice(1).includes("")) return undefined;
  return { served: found, namespace, name, subresource };
}

function isServed({ served, namespace, name, subresource }: ResourceRoute): boolean {
  if (served.resource.namespaced && name !== undefined && namespace === undefined) return false;
  if (subresource === undefined) return true;
  return subresourcesOf(served).includes(subresource);
}

/** The subresources of a kind. */
export function subresourcesOf({ resource, hasStatus }: ServedResource): readonly string[] {
  const isServiceAccount = resource.group === "" && resource.plural === "serviceaccounts";
  return [...hasStatus ? ["status"] : [], ...isServiceAccount ? ["token"] : []];
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw notServed();
  }
}
