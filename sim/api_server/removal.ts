/**
 * How objects go: finalizers first, then the object, then what it owned or contained.
 *
 * The garbage collector and the namespace controller of a cluster do the latter a moment later; here it
 * happens within the deletion.
 *
 * @module
 */

import type { JsonObject, ObjectName, Resource } from "../../kube/api.ts";
import { NAMESPACE } from "../../kube/resources.ts";
import { apiVersionOf } from "./api_version.ts";
import type { Backend } from "./backend.ts";
import {
  finalizersOf,
  isOwnedBy,
  isTerminating,
  metadataText,
  nameOf,
  ownerReferencesOf,
  withMetadata,
} from "./metadata.ts";
import { terminating } from "./object_rules.ts";

/** Deletes an object, or marks it as terminating while finalizers hold it. */
export function deleteStored(backend: Backend, resource: Resource, name: ObjectName): void {
  const current = backend.store.find(resource, name);
  if (current === undefined) return;
  if (isNamespace(resource)) return deleteNamespace(backend, current);
  if (finalizersOf(current).length === 0) removeStored(backend, resource, name);
  else mark(backend, resource, current);
}

/** Removes an object whose finalizers are done, and with it all that hangs on it. */
export function removeStored(backend: Backend, resource: Resource, name: ObjectName): void {
  const current = backend.store.find(resource, name);
  if (current === undefined) return;
  backend.store.remove(resource, name);
  releaseDependants(backend, metadataText(current, "uid"));
  if (name.namespace !== undefined) removeEmptiedNamespace(backend, name.namespace);
}

function mark(backend: Backend, resource: Resource, object: JsonObject): void {
  const marked = terminating(backend, object);
  if (marked !== object) backend.store.put(resource, nameOf(object), marked);
}

function releaseDependants(backend: Backend, ownerUid: string): void {
  for (const { resource } of backend.served.values()) {
    for (const object of backend.store.all(resource)) {
      if (isOwnedBy(object, ownerUid)) releaseDependant(backend, resource, object);
    }
  }
}

/** Removes an object whose owners are all dead; what has an owner that lives stays, and forgets the dead. */
export function releaseDependant(backend: Backend, resource: Resource, object: JsonObject): void {
  const references = ownerReferencesOf(object);
  const namespace = metadataText(object, "namespace");
  const living = references.filter((reference) => isAlive(backend, reference, namespace));
  if (living.length === references.length) return;
  if (living.length === 0) return deleteStored(backend, resource, nameOf(object));
  const kept = withMetadata(object, { ownerReferences: living });
  backend.store.put(resource, nameOf(object), kept);
}

/** Of an owner whose kind is not served nobody knows that it is dead. */
function isAlive(backend: Backend, reference: JsonObject, namespace: string): boolean {
  const { apiVersion, kind, name, uid } = reference;
  for (const { resource } of backend.served.values()) {
    if (resource.kind !== kind || apiVersionOf(resource) !== apiVersion) continue;
    const ownName = resource.namespaced
      ? { namespace, name: String(name) }
      : { name: String(name) };
    const owner = backend.store.find(resource, ownName);
    return owner !== undefined && metadataText(owner, "uid") === uid;
  }
  return true;
}

function isNamespace(resource: Resource): boolean {
  return resource.group === NAMESPACE.group && resource.plural === NAMESPACE.plural;
}

function deleteNamespace(backend: Backend, namespace: JsonObject): void {
  mark(backend, NAMESPACE, namespace);
  const name = metadataText(namespace, "name");
  for (const { resource } of backend.served.values()) {
    if (!resource.namespaced) continue;
    for (const object of backend.store.all(resource)) {
      if (metadataText(object, "namespace") !== name) continue;
      deleteStored(backend, resource, nameOf(object));
    }
  }
  removeEmptiedNamespace(backend, name);
}

function removeEmptiedNamespace(backend: Backend, name: string): void {
  const namespace = backend.store.find(NAMESPACE, { name });
  if (namespace === undefined || !isTerminating(namespace)) return;
  if (finalizersOf(namespace).length > 0 || hasContent(backend, name)) return;
  removeStored(backend, NAMESPACE, { name });
}

function hasContent({ served, store }: Backend, namespace: string): boolean {
  return [...served.values()].some(({ resource }) =>
    resource.namespaced &&
    store.all(resource).some((object) => metadataText(object, "namespace") === namespace)
  );
}
