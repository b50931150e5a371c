/**
 * Create, update and delete, from the body of a request to what is stored.
 *
 * @module
 */

import { isDeepStrictEqual } from "node:util";

import type { JsonObject, ObjectName, Resource } from "../../kube/api.ts";
import { LEASE, NAMESPACE } from "../../kube/resources.ts";
import { apiVersionOf } from "./api_version.ts";
import type { AdmissionRequest, ApiServer, RequestOptions } from "./api_server.ts";
import { type Backend, servedKey, servedResource, storedObject, timestamp } from "./backend.ts";
import { freezeObject } from "./json_value.ts";
import { type Manager, noteUpdate } from "./managed_fields.ts";
import { finalizersOf, isTerminating, metadataText, nameOf, withMetadata } from "./metadata.ts";
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
  operation: Manager["operation"] = "Update",
): JsonObject {
  const served = servedResource(backend, resource);
  const begun = newObject(backend, served, body, options.namespace);
  const name = nameOf(begun);
  checkNamespace(backend, resource, name);
  const prepared = served.prepare?.(begun, undefined) ?? begun;
  const manager = managerOf(resource, options, operation);
  const object = noteUpdate(undefined, prepared, manager, timestamp(backend));
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

/** How an update changes an object, and who is noted as the owner of what. */
export interface Update {
  change(current: JsonObject): JsonObject;
  /** @default {noteUpdate} */
  readonly note?: ((object: JsonObject) => JsonObject) | undefined;
}

/** Who writes, as `managedFields` names them. */
export function managerOf(
  resource: Resource,
  { user, fieldManager, subresource }: RequestOptions,
  operation: Manager["operation"],
): Manager {
  const apiVersion = apiVersionOf(resource);
  return { manager: fieldManager ?? user, operation, apiVersion, subresource };
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
  update: Update,
): JsonObject {
  const served = servedResource(backend, resource);
  const previous = storedObject(backend, resource, name);
  const wanted = update.change(previous);
  checkUpdate(resource, name, previous, wanted);
  const candidate = permitted(served, previous, wanted, options.subresource);
  const prepared = served.prepare?.(candidate, previous) ?? candidate;
  const changed = counted(served, previous, prepared);
  const object = update.note?.(changed) ??
    noteUpdate(previous, changed, managerOf(resource, options, "Update"), timestamp(backend));
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
 * Puts an object in the place of another. A Lease that is not there is made (its strategy allows creation on
 * update), unless a certain one was meant.
 *
 * @throws {ApiError} if the server refuses.
 */
export function replaceObject(
  backend: Backend,
  resource: Resource,
  name: ObjectName,
  body: JsonObject,
  options: RequestOptions,
): JsonObject {
  const isLease = servedKey(resource) === servedKey(LEASE);
  if (!isLease || backend.store.find(resource, name) !== undefined) {
    return updateObject(backend, resource, name, options, { change: () => body });
  }
  checkPrecondition(resource, name, {}, "uid", metadataText(body, "uid"));
  const begun = withMetadata(body, { name: name.name, resourceVersion: undefined });
  return createObject(backend, resource, begun, { ...options, namespace: name.namespace });
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
