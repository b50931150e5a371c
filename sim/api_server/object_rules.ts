/**
 * What a write may say about an object, and what of it the server decides itself
 * (`k8s.io/apiserver/pkg/registry/rest`: BeforeCreate, BeforeUpdate).
 *
 * @module
 */

import type { JsonObject, ObjectName, Resource } from "../../kube/api.ts";
import { isDeepStrictEqual } from "node:util";
import { apiVersionOf } from "./api_version.ts";
import type { ServedResource } from "./api_server.ts";
import { type Backend, timestamp } from "./backend.ts";
import { without } from "./json_value.ts";
import { finalizersOf, isTerminating, metadataOf, metadataText, withMetadata } from "./metadata.ts";
import { randomSuffix, randomUuid } from "./random_names.ts";
import { badRequest, conflict, invalid, notServed, outdated, versionOnCreate } from "./refusals.ts";

/** Groups whose kinds may be replaced without naming the version that is replaced. */
const UNCONDITIONAL_GROUPS = ["", "apps"];

/** Metadata that the server decides and that outlasts every update. */
const FIXED_METADATA = [
  "uid",
  "creationTimestamp",
  "generation",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "managedFields",
  "selfLink",
] as const;

/** Metadata of which an attempted change is refused rather than undone. */
const IMMUTABLE_METADATA = ["deletionTimestamp"] as const;

/**
 * The object as it begins.
 *
 * @throws {ApiError} 400 or 422 if the body does not fit the address, 500 if it names a resourceVersion.
 */
export function newObject(
  backend: Backend,
  served: ServedResource,
  body: JsonObject,
  namespace: string | undefined,
): JsonObject {
  const { resource } = served;
  checkType(resource, body);
  if (resource.namespaced && (namespace ?? "") === "") {
    throw badRequest("an empty namespace may not be set during creation");
  }
  const stated = metadataText(body, "namespace");
  if (stated !== "" && stated !== (namespace ?? "")) {
    throw badRequest(
      "the namespace of the provided object does not match the namespace sent on the request",
    );
  }
  if (metadataText(body, "resourceVersion") !== "") throw versionOnCreate();
  const base = served.hasStatus ? without(body, "status") : body;
  return {
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    ...withMetadata(base, {
      name: newName(backend, resource, body),
      namespace: resource.namespaced ? namespace : undefined,
      uid: randomUuid(backend.random),
      creationTimestamp: timestamp(backend),
      generation: served.countsGenerations ? 1 : undefined,
      resourceVersion: undefined,
      deletionTimestamp: undefined,
      deletionGracePeriodSeconds: undefined,
      managedFields: undefined,
    }),
  };
}

function newName(backend: Backend, resource: Resource, body: JsonObject): string {
  const name = metadataText(body, "name");
  if (name !== "") return name;
  const prefix = metadataText(body, "generateName");
  if (prefix !== "") return prefix + randomSuffix(backend.random);
  const problem = "metadata.name: Required value: name or generateName is required";
  throw invalid(resource, { name: "" }, problem);
}

/**
 * Refuses a body of another kind than the address names.
 *
 * @throws {ApiError} 400.
 */
function checkType(resource: Resource, body: JsonObject): void {
  const { kind, apiVersion } = body;
  if (kind !== undefined && kind !== resource.kind) {
    throw badRequest(`kind in the body (${kind}) does not match the expected: ${resource.kind}`);
  }
  const expected = apiVersionOf(resource);
  if (apiVersion !== undefined && apiVersion !== expected) {
    throw badRequest(
      `apiVersion in the body (${apiVersion}) does not match the expected: ${expected}`,
    );
  }
}

/**
 * Refuses an update that is not of this object in this version.
 *
 * @throws {ApiError} 400 for another name, 409 for another uid or version, 422 for what may not change.
 */
export function checkUpdate(
  resource: Resource,
  name: ObjectName,
  current: JsonObject,
  wanted: JsonObject,
): void {
  checkType(resource, wanted);
  const statedName = metadataText(wanted, "name");
  if (statedName !== name.name) {
    const problem = `does not match the name on the URL (${name.name})`;
    throw badRequest(`the name of the object (${statedName}) ${problem}`);
  }
  const statedNamespace = metadataText(wanted, "namespace");
  if (statedNamespace !== "" && statedNamespace !== (name.namespace ?? "")) {
    const problem = `does not match the namespace on the URL (${name.namespace ?? ""})`;
    throw badRequest(`the namespace of the object (${statedNamespace}) ${problem}`);
  }
  checkPrecondition(resource, name, current, "uid", metadataText(wanted, "uid"));
  const version = metadataText(wanted, "resourceVersion");
  if (version === "" && !UNCONDITIONAL_GROUPS.includes(resource.group)) {
    const problem = "metadata.resourceVersion: Invalid value: 0: must be specified for an update";
    throw invalid(resource, name, problem);
  }
  if (version !== "" && version !== metadataText(current, "resourceVersion")) {
    throw outdated(resource, name);
  }
  checkFinalizers(resource, name, current, wanted);
  for (const field of IMMUTABLE_METADATA) {
    const stated = metadataText(wanted, field);
    if (stated !== "" && stated !== metadataText(current, field)) {
      const problem = `metadata.${field}: Invalid value: "${stated}": field is immutable`;
      throw invalid(resource, name, problem);
    }
  }
}

function checkFinalizers(
  resource: Resource,
  name: ObjectName,
  current: JsonObject,
  wanted: JsonObject,
): void {
  if (!isTerminating(current)) return;
  const kept = finalizersOf(current);
  const added = finalizersOf(wanted).filter((finalizer) => !kept.includes(finalizer));
  if (added.length === 0) return;
  const problem = "metadata.finalizers: Forbidden: no new finalizers can be added if the object " +
    `is being deleted, found new finalizers ${JSON.stringify(added)}`;
  throw invalid(resource, name, problem);
}

/**
 * Refuses a request that means another object, or another version of it.
 *
 * @throws {ApiError} 409.
 */
export function checkPrecondition(
  resource: Resource,
  name: ObjectName,
  current: JsonObject,
  field: "uid" | "resourceVersion",
  wanted: string | undefined,
): void {
  const found = metadataText(current, field);
  if (wanted === undefined || wanted === "" || wanted === found) return;
  const label = field === "uid" ? "UID" : "ResourceVersion";
  const problem = `${label} in precondition: ${wanted}, ${label} in object meta: ${found}`;
  throw conflict(resource, name, `Precondition failed: ${problem}`);
}

/**
 * What remains of an update when all that it may not touch is as it was.
 *
 * @throws {ApiError} 404 for a subresource that is not served.
 */
export function permitted(
  served: ServedResource,
  current: JsonObject,
  wanted: JsonObject,
  subresource: string | undefined,
): JsonObject {
  const { status, ...rest } = current;
  if (subresource !== undefined) {
    if (subresource !== "status" || !served.hasStatus) throw notServed();
    const { status: wantedStatus } = wanted;
    return wantedStatus === undefined ? rest : { ...rest, status: wantedStatus };
  }
  const metadata = metadataOf(current);
  const fixed = Object.fromEntries(FIXED_METADATA.map((field) => [field, metadata[field]]));
  const { namespace, resourceVersion } = metadata;
  const kept = withMetadata(wanted, { ...fixed, namespace, resourceVersion });
  if (!served.hasStatus) return kept;
  return status === undefined ? without(kept, "status") : { ...kept, status };
}

/** Counts a change of anything but metadata and status. */
export function counted(
  served: ServedResource,
  current: JsonObject,
  wanted: JsonObject,
): JsonObject {
  if (!served.countsGenerations || !isOtherIntent(current, wanted)) return wanted;
  const generation = Number(metadataOf(current)["generation"] ?? 0);
  return withMetadata(wanted, { generation: generation + 1 });
}

function isOtherIntent(current: JsonObject, wanted: JsonObject): boolean {
  const fields = new Set([...Object.keys(current), ...Object.keys(wanted)]);
  return [...fields].some((field) =>
    field !== "metadata" && field !== "status" && !isDeepStrictEqual(current[field], wanted[field])
  );
}

/** The object as it waits for its finalizers. */
export function terminating(backend: Backend, object: JsonObject): JsonObject {
  if (isTerminating(object)) return object;
  const { generation } = metadataOf(object);
  return withMetadata(object, {
    deletionTimestamp: timestamp(backend),
    deletionGracePeriodSeconds: 0,
    generation: typeof generation === "number" ? generation + 1 : undefined,
  });
}
