/**
 * The verbs on objects and collections, watches aside.
 *
 * @module
 */

import type { ApiError, JsonObject, ObjectName, Resource } from "../../../kube/api.ts";
import { isJsonObject } from "../../../kube/json.ts";
import type { ApiServer, RequestOptions } from "../api_server.ts";
import { mergeObject } from "../merge_patch.ts";
import { isCustom } from "../api_version.ts";
import { isTokenReview } from "../token_review.ts";
import { badRequest, invalid, invalidOptions } from "../refusals.ts";
import { groupVersion } from "./api_groups.ts";
import { checkFields } from "./field_validation.ts";
import type { Answer, HttpRequest } from "./http_message.ts";
import { fieldValidation, flag, isDryRun, listQuery, text, writeOptionsOf } from "./query.ts";
import type { Representer } from "./represent.ts";
import { readObject, readPatch, type WirePatch } from "./request_body.ts";
import type { ResourceRoute } from "./route.ts";
import { methodNotAllowed } from "./status.ts";
import { strategicMerge } from "./strategic_merge.ts";

/** A request for objects, understood as far as its path and its sender. */
export interface ResourceRequest {
  readonly http: HttpRequest;
  readonly route: ResourceRoute;
  readonly user: string;
  /** The body of a POST, a PUT or a DELETE that has one. */
  readonly object: JsonObject | undefined;
}

/** Reads the body that comes with a method; that of a PATCH depends on its type and is read later. */
export function bodyObject(http: HttpRequest): JsonObject | undefined {
  const isWrite = ["POST", "PUT"].includes(http.method) ||
    http.method === "DELETE" && http.body !== "";
  return isWrite ? readObject(http) : undefined;
}

/** The object that is meant; its name is empty for collections and for names that are yet to be made. */
export function nameOf({ route, object }: ResourceRequest): ObjectName {
  const metadata = isJsonObject(object?.["metadata"]) ? object["metadata"] : {};
  const name = route.name ?? (typeof metadata["name"] === "string" ? metadata["name"] : "");
  return route.namespace === undefined ? { name } : { namespace: route.namespace, name };
}

/** Whether the request is not to change anything. A DELETE says so in its body, too. */
export function isDryRunRequest({ http, object }: ResourceRequest): boolean {
  const stages = http.method === "DELETE" && Array.isArray(object?.["dryRun"])
    ? object["dryRun"].map(String)
    : [];
  return isDryRun([...http.search.getAll("dryRun"), ...stages], writeOptionsOf(http.method));
}

/**
 * Serves a request.
 *
 * @throws {ApiError} whatever the server refuses.
 */
export function serveVerb(
  server: ApiServer,
  request: ResourceRequest,
  representer: Representer,
): Answer {
  const { route, http } = request;
  switch (http.method) {
    case "GET":
      return serveRead(server, request, representer);
    case "POST":
      return serveCreate(server, request, representer);
    case "PUT":
      return serveReplace(server, request, representer);
    case "PATCH":
      return servePatch(server, request, representer);
    case "DELETE":
      if (route.name === undefined || route.subresource !== undefined) throw methodNotAllowed();
      return serveDelete(server, request);
    default:
      throw methodNotAllowed();
  }
}

function serveRead(
  server: ApiServer,
  request: ResourceRequest,
  representer: Representer,
): Answer {
  const { route, http } = request;
  const { resource } = route.served;
  if (isTokenReview(resource)) throw methodNotAllowed();
  const options = optionsOf(request);
  if (route.name !== undefined) {
    const object = server.get(resource, nameOf(request), options);
    return { code: 200, body: representer.object(object) };
  }
  const page = server.list(resource, listQuery(http.search, route.namespace), options);
  return { code: 200, body: representer.list(page) };
}

function serveCreate(
  server: ApiServer,
  request: ResourceRequest,
  representer: Representer,
): Answer {
  const { route, http } = request;
  const { namespace, name, subresource } = route;
  const { resource } = route.served;
  if ((name === undefined) !== (subresource === undefined)) throw methodNotAllowed();
  if (resource.namespaced && namespace === undefined) throw methodNotAllowed();
  const object = subresource === undefined ? identified(request) : request.object ?? {};
  const headers = checkFields(
    route.served,
    object,
    fieldValidation(http.search, "CreateOptions"),
    "object",
  );
  const options = { ...optionsOf(request), namespace, name };
  return {
    code: 201,
    headers,
    body: representer.object(server.create(resource, object, options)),
  };
}

function serveReplace(
  server: ApiServer,
  request: ResourceRequest,
  representer: Representer,
): Answer {
  const { route, http } = request;
  if (route.name === undefined) throw methodNotAllowed();
  const object = identified(request);
  const headers = checkFields(
    route.served,
    object,
    fieldValidation(http.search, "UpdateOptions"),
    "object",
  );
  const { resource } = route.served;
  const name = nameOf(request);
  const before = server.find(resource, name);
  const replaced = server.replace(resource, name, object, optionsOf(request));
  return { code: before === undefined ? 201 : 200, headers, body: representer.object(replaced) };
}

function servePatch(
  server: ApiServer,
  request: ResourceRequest,
  representer: Representer,
): Answer {
  const { route, http } = request;
  if (route.name === undefined) throw methodNotAllowed();
  const { resource } = route.served;
  const name = nameOf(request);
  const before = server.find(resource, name);
  const wire = readPatch(http);
  if (wire.type !== "apply" && flag(http.search, "force") !== undefined) {
    const problem = "force: Forbidden: may not be specified for non-apply patch";
    throw invalidOptions("PatchOptions", problem);
  }
  const patch = wire.type === "strategic"
    ? strategicMerge(resource, before ?? {}, wire.body)
    : wire;
  const validation = fieldValidation(http.search, "PatchOptions");
  const headers = checkFields(route.served, namedFields(wire), validation, "patch");
  const after = server.patch(resource, name, patch, optionsOf(request));
  return { code: before === undefined ? 201 : 200, headers, body: representer.object(after) };
}

/**
 * What of a patch has the shape of the object, without what it removes. JSON Patch names fields by paths, and
 * is pruned in silence.
 */
function namedFields(patch: WirePatch): JsonObject {
  return patch.type === "json" ? {} : mergeObject({}, patch.body);
}

function serveDelete(server: ApiServer, request: ResourceRequest): Answer {
  const { resource } = request.route.served;
  const name = nameOf(request);
  const { preconditions } = request.object ?? {};
  const expected = isJsonObject(preconditions) ? preconditions : {};
  const metadata = server.find(resource, name)?.["metadata"];
  server.delete(resource, name, {
    ...optionsOf(request),
    uid: textOf(expected["uid"]),
    resourceVersion: textOf(expected["resourceVersion"]),
  });
  const uid = isJsonObject(metadata) ? metadata["uid"] : undefined;
  const { group, plural } = resource;
  return {
    code: 200,
    body: {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Success",
      details: { name: name.name, ...group === "" ? {} : { group }, kind: plural, uid },
    },
  };
}

function optionsOf(request: ResourceRequest): RequestOptions {
  return {
    user: request.user,
    fieldManager: text(request.http.search, "fieldManager"),
    dryRun: isDryRunRequest(request) ? true : undefined,
    subresource: request.route.subresource,
  };
}

/** The object of the body, with the kind that the path says; upstream refuses another one. */
function identified({ route, object = {} }: ResourceRequest): JsonObject {
  const { resource } = route.served;
  checkKind(resource, object);
  return { ...object, apiVersion: groupVersion(resource), kind: resource.kind };
}

function checkKind(resource: Resource, object: JsonObject): void {
  const { apiVersion, kind } = object;
  const expected = groupVersion(resource);
  if (apiVersion !== undefined && apiVersion !== expected) {
    const problem = `does not match the expected API version (${expected})`;
    throw badRequest(`the API version in the data (${String(apiVersion)}) ${problem}`);
  }
  if (kind !== undefined && kind !== resource.kind) {
    if (isCustom(resource)) throw otherKind(resource, object);
    const problem = `the kind in the data (${String(kind)}) does not match the expected kind`;
    throw badRequest(`${problem} (${resource.kind})`);
  }
}

/** Custom resources are decoded whatever their kind, and validated then. */
function otherKind(resource: Resource, { kind, metadata }: JsonObject): ApiError {
  const found = { ...resource, kind: String(kind) };
  const name = isJsonObject(metadata) ? textOf(metadata["name"]) ?? "" : "";
  const problem = `kind: Invalid value: "${found.kind}": must be ${resource.kind}`;
  return invalid(found, { name }, problem);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
