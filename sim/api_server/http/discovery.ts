/**
 * What a client learns about the server before it asks for objects.
 *
 * @module
 */

import type { JsonObject } from "../../../kube/api.ts";
import type { ServedResource } from "../api_server.ts";
import { aggregatedDiscovery } from "./aggregated_discovery.ts";
import {
  groupVersion,
  kindsOf,
  namedGroups,
  subresourceVerbs,
  verbsOf,
  versionsOf,
} from "./api_groups.ts";
import { type Answer, type HttpRequest, ok } from "./http_message.ts";
import { acceptsAggregatedDiscovery } from "./negotiate.ts";
import { openApiDocument, openApiIndex } from "./open_api.ts";
import { subresourcesOf } from "./route.ts";
import { notServed } from "../refusals.ts";
import { methodNotAllowed } from "./status.ts";

/** The release whose behaviour is followed; `kubectl` warns when it differs by more than one minor. */
const VERSION: JsonObject = {
  major: "1",
  minor: "32",
  gitVersion: "v1.32.4+simulated",
  gitCommit: "",
  gitTreeState: "clean",
  buildDate: "2025-04-22T00:00:00Z",
  goVersion: "",
  compiler: "",
  platform: "",
};

const AGGREGATED_TYPE = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/**
 * Answers what anyone may ask: health, version, groups, kinds and their OpenAPI documents.
 *
 * @throws {ApiError} 404 for paths that are none of these, 405 for anything but GET.
 */
export function serveDiscovery(request: HttpRequest, resources: readonly ServedResource[]): Answer {
  if (request.method !== "GET") throw methodNotAllowed();
  const segments = request.path.split("/").filter((segment) => segment !== "");
  switch (segments[0]) {
    case "healthz":
    case "livez":
    case "readyz":
      return ok("ok");
    case "version":
      return ok(VERSION);
    case "api":
      return serveCore(request, segments[1], resources);
    case "apis":
      return serveNamed(request, segments.slice(1), resources);
    case "openapi":
      return serveOpenApi(segments.slice(1), resources);
    default:
      throw notServed();
  }
}

function serveCore(
  { accept }: HttpRequest,
  version: string | undefined,
  resources: readonly ServedResource[],
): Answer {
  if (version !== undefined) return ok(resourceList("", version, resources));
  if (acceptsAggregatedDiscovery(accept)) return aggregated([""], resources);
  return ok({ kind: "APIVersions", versions: versionsOf("", resources) });
}

function serveNamed(
  { accept }: HttpRequest,
  [group, version]: readonly string[],
  resources: readonly ServedResource[],
): Answer {
  const groups = namedGroups(resources);
  if (group === undefined) {
    if (acceptsAggregatedDiscovery(accept)) return aggregated(groups, resources);
    return ok({
      kind: "APIGroupList",
      apiVersion: "v1",
      groups: groups.map((name) => apiGroup(name, resources)),
    });
  }
  if (!groups.includes(group)) throw notServed();
  if (version !== undefined) return ok(resourceList(group, version, resources));
  return ok({ kind: "APIGroup", apiVersion: "v1", ...apiGroup(group, resources) });
}

function serveOpenApi(segments: readonly string[], resources: readonly ServedResource[]): Answer {
  const [format, root, ...rest] = segments;
  if (format !== "v3") throw notServed();
  if (root === undefined) return ok(openApiIndex(resources));
  const [group = "", version = ""] = root === "api" ? ["", ...rest] : rest;
  const kinds = kindsOf(group, version, resources);
  if (kinds.length === 0) throw notServed();
  return ok(openApiDocument(kinds));
}

/** The client tells by the content type whether it was answered in the form that it asked for. */
function aggregated(groups: readonly string[], resources: readonly ServedResource[]): Answer {
  return {
    code: 200,
    headers: { "content-type": AGGREGATED_TYPE },
    body: aggregatedDiscovery(groups, resources),
  };
}

function apiGroup(group: string, resources: readonly ServedResource[]): JsonObject {
  const versions = versionsOf(group, resources)
    .map((version) => ({ groupVersion: groupVersion({ group, version }), version }));
  return { name: group, versions, preferredVersion: versions[0] };
}

function resourceList(
  group: string,
  version: string,
  resources: readonly ServedResource[],
): JsonObject {
  const kinds = kindsOf(group, version, resources);
  if (kinds.length === 0) throw notServed();
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: groupVersion({ group, version }),
    resources: kinds.flatMap(apiResources),
  };
}

function apiResources(served: ServedResource): readonly JsonObject[] {
  const { resource, singular, shortNames, categories } = served;
  const { plural, kind, namespaced } = resource;
  const main = {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs: verbsOf(resource),
    shortNames,
    categories,
  };
  const below = subresourcesOf(served).map((subresource) => ({
    name: `${plural}/${subresource}`,
    singularName: "",
    namespaced,
    kind,
    verbs: subresourceVerbs(subresource),
  }));
  return [main, ...below];
}
