/**
 * What the API server refuses, in the words of kube-apiserver
 * (`k8s.io/apimachinery/pkg/api/errors`, `k8s.io/apiserver/pkg/registry`).
 *
 * @module
 */

import { ApiError, type ObjectName, type Resource } from "../../kube/api.ts";

/** `pods`, or `clusters.postgresql.cnpg.io`. */
export function qualifiedPlural({ plural, group }: Resource): string {
  return group === "" ? plural : `${plural}.${group}`;
}

/** `Pod`, or `Cluster.postgresql.cnpg.io`. */
export function groupKind({ kind, group }: Pick<Resource, "kind" | "group">): string {
  return group === "" ? kind : `${kind}.${group}`;
}

/** 404: there is no such object. */
export function notFound(resource: Resource, { name }: ObjectName): ApiError {
  return new ApiError(`${qualifiedPlural(resource)} "${name}" not found`, {
    code: 404,
    reason: "NotFound",
  });
}

/** 404: there is no such kind, or no such subresource. */
export function notServed(): ApiError {
  const message = "the server could not find the requested resource";
  return new ApiError(message, { code: 404, reason: "NotFound" });
}

/** 409: the name is taken. */
export function alreadyExists(resource: Resource, { name }: ObjectName): ApiError {
  return new ApiError(`${qualifiedPlural(resource)} "${name}" already exists`, {
    code: 409,
    reason: "AlreadyExists",
  });
}

/** 409: somebody else wrote first, or the object is not the one that was meant. */
export function conflict(resource: Resource, { name }: ObjectName, problem: string): ApiError {
  const subject = `${qualifiedPlural(resource)} "${name}"`;
  return new ApiError(`Operation cannot be fulfilled on ${subject}: ${problem}`, {
    code: 409,
    reason: "Conflict",
  });
}

/** 409: the resourceVersion in the request is not the present one. */
export function outdated(resource: Resource, name: ObjectName): ApiError {
  const advice = "please apply your changes to the latest version and try again";
  return conflict(resource, name, `the object has been modified; ${advice}`);
}

/** 422: a field has a value that it may not have. */
export function invalid(
  resource: Pick<Resource, "kind" | "group">,
  { name }: ObjectName,
  problem: string,
): ApiError {
  return new ApiError(`${groupKind(resource)} "${name}" is invalid: ${problem}`, {
    code: 422,
    reason: "Invalid",
  });
}

/** 400: the request makes no sense. */
export function badRequest(message: string): ApiError {
  return new ApiError(message, { code: 400, reason: "BadRequest" });
}

/** 422: parameters of a request contradict each other, or have a value that they may not have. */
export function invalidOptions(
  options: "CreateOptions" | "UpdateOptions" | "PatchOptions" | "DeleteOptions" | "ListOptions",
  problem: string,
): ApiError {
  return new ApiError(`${options}.meta.k8s.io "" is invalid: ${problem}`, {
    code: 422,
    reason: "Invalid",
  });
}

/** 403: the namespace is going and takes nothing new. */
export function namespaceTerminating(
  resource: Resource,
  { namespace, name }: ObjectName,
): ApiError {
  const problem = `unable to create new content in namespace ${namespace} because it is being ` +
    "terminated";
  return new ApiError(`${qualifiedPlural(resource)} "${name}" is forbidden: ${problem}`, {
    code: 403,
    reason: "Forbidden",
  });
}

/** 410: the history that was asked for is forgotten. */
export function expired(message: string): ApiError {
  return new ApiError(message, { code: 410, reason: "Expired" });
}

/** 504: the version that was asked for lies in the future. */
export function tooLargeVersion(version: number, current: number): ApiError {
  return new ApiError(
    `Timeout: Too large resource version: ${version}, current: ${current}`,
    { code: 504, reason: "Timeout", retryAfterMs: 1_000 },
  );
}

/** 500, as kube-apiserver has it: a new object cannot have a version yet. */
export function versionOnCreate(): ApiError {
  return new ApiError("resourceVersion should not be set on objects to be created", {
    code: 500,
    reason: "InternalError",
  });
}

/** 422: an apply without a name under which fields could be owned. */
export function noFieldManager(): ApiError {
  return invalidOptions(
    "PatchOptions",
    "fieldManager: Required value: is required for apply patch",
  );
}

/** 422: an operation of a JSON patch fails. kube-apiserver does not say which; the cause does. */
export function rejected(cause: unknown): ApiError {
  const message = "the server rejected our request due to an error in our request";
  return new ApiError(message, { code: 422, reason: "Invalid" }, { cause });
}
