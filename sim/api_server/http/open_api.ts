/**
 * OpenAPI documents, as far as `kubectl` reads them before it writes.
 *
 * It looks whether PATCH knows `fieldValidation`; where it does not, `kubectl` would validate by itself with
 * schemas that it expects here. The schemas leave everything open, since the server validates.
 *
 * @module
 */

import type { JsonObject } from "../../../kube/api.ts";
import { resourcePath } from "../../../kube/request_path.ts";
import type { ServedResource } from "../api_server.ts";
import { groupVersion } from "./api_groups.ts";

const GROUP_VERSION_KIND = "x-kubernetes-group-version-kind";

/** Parameters of every write. */
const WRITE_PARAMETERS: readonly string[] = ["dryRun", "fieldManager", "fieldValidation", "force"];

/** Where the document of each group's version is. */
export function openApiIndex(resources: readonly ServedResource[]): JsonObject {
  const roots = resources.map(({ resource }) =>
    `${resource.group === "" ? "api" : "apis"}/${groupVersion(resource)}`
  );
  return {
    paths: Object.fromEntries(
      roots.map((root) => [root, { serverRelativeURL: `/openapi/v3/${root}` }]),
    ),
  };
}

/** The document of one group's version. */
export function openApiDocument(kinds: readonly ServedResource[]): JsonObject {
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes, simulated", version: "v1.32.4" },
    paths: Object.fromEntries(kinds.map((served) => [objectPathTemplate(served), patch(served)])),
    components: {
      schemas: Object.fromEntries(kinds.map((served) => [schemaName(served), schema(served)])),
    },
  };
}

function objectPathTemplate({ resource }: ServedResource): string {
  const namespace = resource.namespaced ? "{namespace}" : undefined;
  return decodeURIComponent(resourcePath(resource, { namespace, name: "{name}" }));
}

function patch(served: ServedResource): JsonObject {
  return {
    patch: {
      parameters: WRITE_PARAMETERS.map((name) => ({
        name,
        in: "query",
        schema: { type: "string", uniqueItems: true },
      })),
      responses: { 200: { description: "OK" } },
      "x-kubernetes-action": "patch",
      [GROUP_VERSION_KIND]: groupVersionKind(served),
    },
  };
}

function schema(served: ServedResource): JsonObject {
  return {
    type: "object",
    "x-kubernetes-preserve-unknown-fields": true,
    [GROUP_VERSION_KIND]: [groupVersionKind(served)],
  };
}

function schemaName({ resource }: ServedResource): string {
  const group = resource.group === "" ? "core" : resource.group;
  return [...group.split(".").reverse(), resource.version, resource.kind].join(".");
}

function groupVersionKind({ resource }: ServedResource): JsonObject {
  const { group, version, kind } = resource;
  return { group, version, kind };
}
