/**
 * Create, update and delete, from the body of a request to what is stored.
 *
 * @module
 */

import { isDeepStrictEqual } from "node:util";

import type { JsonObject, ObjectName, Resource } from "../../kube/api.ts";
import { NAMESPACE } from "../../kube/resources.ts";
import type { AdmissionRequest, ApiServer, RequestOptions } from "./api_server.ts";
import { type Backend, servedKey, servedResource, storedObject } from "./backend.ts";
import { freezeObject } from "./json_value.ts";
import { finalizersOf, isTerminating, nameOf } from "./metadata.ts";
import { checkPrecondition, checkUpdate, counted, newObject, permitted } from "./object_rules.ts";
import { alreadyExists, namespaceTerminating, notFound } from "./refusals.ts";
import { deleteStored, removeStored } from "./removal.ts";

/** Options of {@link ApiServer.create}. */
export type CreateOptions = Parameters<ApiServer["create"]>[2];

/** Options of {@link ApiServer.delete}. */
export type DeleteOptions = Parameters<ApiServer["delete"]>[2];

/**
 * Stores a new object.
 *
 * @throws {ApiError} if the server refuses.
 */
export function createObject(
  backend: Backend,
  resource: Resource,
  body: JsonObject,
  options: CreateOptions,
): JsonObject {
  const served = servedResource(backend, resource);
  const begun = newObject(backend, served, body, options.namespace);
  const name = nameOf(begun);
  checkNamespace(backend, resource, name);
  const object = served.prepare?.(begun, undefined) ?? begun;
  if (backend.store.find(resource, name) !== undefined) throw alreadyExists(resource, name);
  admit(backend, options, { operation: "CREATE", resource, name, object });
  return options.dryRun === true ? freezeObject(object) : backend.store.put(resource, name, object);
}

function checkNamespace(backend: Backend, resource: Resource, name: ObjectName): void {
  if (name.namespace === undefined || !backend.served.has(servedKey(NAMESPACE))) return;
  const namespace = backend.store.find(NAMESPACE, { name: name.namespace });
  if (namespace === undefined) throw notFound(NAMESPACE, { name: name.namespace });
  if (isTerminating(namespace)) throw namespaceTerminating(resource, name);
}

/**
 * Changes an object that is there. What ends up as it was is no change: it raises no version and is told
 * to nobody.
 *
 * @throws {ApiError} if the server refuses.
 */
export function updateObject(
  backend: Backend,
  resource: Resource,
  name: ObjectName,
  options: RequestOptions,
  change: (current: JsonObject) => JsonObject,
): JsonObject {
  const served = servedResource(backend, resource);
  const previous = storedObject(backend, resource, name);
  const wanted = change(previous);
  checkUpdate(resource, name, previous, wanted);
  const candidate = permitted(served, previous, wanted, options.subresource);
  const prepared = served.prepare?.(candidate, previous) ?? candidate;
  const object = counted(served, previous, prepared);
  admit(backend, options, { operation: "UPDATE", resource, name, object, previous });
  if (isDeepStrictEqual(object, previous)) return previous;
  if (options.dryRun === true) return freezeObject(object);
  if (!isTerminating(object) || finalizersOf(object).length > 0) {
    return backend.store.put(resource, name, object);
  }
  removeStored(backend, resource, name);
  return freezeObject(object);
}

/**
 * Deletes an object, or marks it while finalizers hold it.
 *
 * @throws {ApiError} if the server refuses.
 */
export function deleteObject(
  backend: Backend,
  resource: Resource,
  name: ObjectName,
  options: DeleteOptions,
): void {
  servedResource(backend, resource);
  const previous = storedObject(backend, resource, name);
  checkPrecondition(resource, name, previous, "uid", options.uid);
  checkPrecondition(resource, name, previous, "resourceVersion", options.resourceVersion);
  admit(backend, options, { operation: "DELETE", resource, name, previous });
  if (options.dryRun !== true) deleteStored(backend, resource, name);
}

function admit(
  { admissions, store }: Backend,
  { user, subresource, dryRun }: RequestOptions,
  request: Omit<AdmissionRequest, "user" | "subresource" | "dryRun">,
): void {
  for (const admission of admissions) {
    admission({ ...request, user, subresource, dryRun: dryRun === true }, store);
  }
}
