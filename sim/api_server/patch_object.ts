/**
 * PATCH in its forms.
 *
 * @module
 */

import type { JsonObject, ObjectName, Patch, Resource } from "../../kube/api.ts";
import type { RequestOptions } from "./api_server.ts";
import type { Backend } from "./backend.ts";
import { jsonPatch } from "./json_patch.ts";
import { copyObject } from "./json_value.ts";
import { mergeObject } from "./merge_patch.ts";
import { updateObject } from "./write_verbs.ts";

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
      const merge = (current: JsonObject) => mergeObject(current, body);
      return updateObject(backend, resource, name, options, merge);
    }
    case "json": {
      const operations = patch.body.map(copyObject);
      const edit = (current: JsonObject) => jsonPatch(resource, name, current, operations);
      return updateObject(backend, resource, name, options, edit);
    }
    case "apply": {
      const body = copyObject(patch.body);
      return updateObject(
        backend,
        resource,
        name,
        options,
        (current) => mergeObject(current, body),
      );
    }
  }
}
