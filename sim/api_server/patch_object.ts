/**
 * PATCH in its forms.
 *
 * @module
 */

import type { JsonObject, ObjectName, Patch, Resource } from "../../kube/api.ts";
import type { RequestOptions } from "./api_server.ts";
import { type Backend, servedResource, timestamp } from "./backend.ts";
import { jsonPatch } from "./json_patch.ts";
import { copyObject, without } from "./json_value.ts";
import { type Ownership, withOwnerships } from "./managed_fields.ts";
import { mergeObject } from "./merge_patch.ts";
import { metadataOf, metadataText, withMetadata } from "./metadata.ts";
import { badRequest, invalid, noFieldManager, notFound } from "./refusals.ts";
import { applyConfig } from "./server_side_apply.ts";
import { createObject, managerOf, updateObject } from "./write_verbs.ts";

type ApplyPatch = Extract<Patch, { type: "apply" }>;

/**
 * Patches an object; an apply creates it if there is none.
 *
 * @throws {ApiError} if the server refuses.
 */
export function patchObject(
  backend: Backend,
  resource: Resource,
  name: ObjectName,
  patch: Patch,
  options: RequestOptions,
): JsonObject {
  switch (patch.type) {
    case "merge": {
      const body = copyObject(patch.body);
      const change = (current: JsonObject) =>
        ofSameUid(resource, name, current, mergeObject(current, body));
      return updateObject(backend, resource, name, options, { change });
    }
    case "json": {
      const operations = patch.body.map(copyObject);
      const change = (current: JsonObject) =>
        ofSameUid(resource, name, current, jsonPatch(current, operations));
      return updateObject(backend, resource, name, options, { change });
    }
    case "apply":
      return applyPatch(backend, resource, name, patch, options);
  }
}

/** Where a replacement of another object is a conflict, a patch to another one is invalid. */
function ofSameUid(
  resource: Resource,
  name: ObjectName,
  current: JsonObject,
  wanted: JsonObject,
): JsonObject {
  const uid = metadataText(wanted, "uid");
  if (uid === "" || uid === metadataText(current, "uid")) return wanted;
  throw invalid(resource, name, `metadata.uid: Invalid value: "${uid}": field is immutable`);
}

function applyPatch(
  backend: Backend,
  resource: Resource,
  name: ObjectName,
  patch: ApplyPatch,
  options: RequestOptions,
): JsonObject {
  const { hasStatus } = servedResource(backend, resource);
  const body = copyObject(patch.body);
  checkApplied(body, name, options);
  const named = withMetadata(body, { name: name.name });
  const config = configOf(named, hasStatus, options.subresource);
  const applier = managerOf(resource, options, "Apply");
  if (backend.store.find(resource, name) === undefined) {
    if (options.subresource !== undefined) throw notFound(resource, name);
    const creation = { ...options, namespace: name.namespace };
    return createObject(backend, resource, config, creation, "Apply");
  }
  const request = { config, applier, force: patch.force === true, time: timestamp(backend) };
  let ownerships: readonly Ownership[] = [];
  return updateObject(backend, resource, name, options, {
    change(current): JsonObject {
      const applied = applyConfig(current, request);
      ownerships = applied.ownerships;
      return applied.object;
    },
    note: (object) => withOwnerships(object, ownerships),
  });
}

/** What of a body is applied: the status alone, everything but the status, or everything. */
function configOf(
  body: JsonObject,
  hasStatus: boolean,
  subresource: string | undefined,
): JsonObject {
  if (subresource === undefined) return hasStatus ? without(body, "status") : body;
  const { name, resourceVersion } = metadataOf(body);
  const metadata = resourceVersion === undefined ? { name } : { name, resourceVersion };
  return body["status"] === undefined ? { metadata } : { metadata, status: body["status"] };
}

function checkApplied(body: JsonObject, name: ObjectName, options: RequestOptions): void {
  if ((options.fieldManager ?? "") === "") {
    throw noFieldManager();
  }
  for (const field of ["apiVersion", "kind"] as const) {
    if (typeof body[field] !== "string") throw badRequest(`invalid object: ${field} must be set`);
  }
  if (metadataOf(body)["managedFields"] !== undefined) {
    throw badRequest("metadata.managedFields must be nil");
  }
  const stated = metadataText(body, "name");
  if (stated !== "" && stated !== name.name) {
    throw badRequest(
      `the name of the object (${stated}) does not match the name on the URL (${name.name})`,
    );
  }
}
