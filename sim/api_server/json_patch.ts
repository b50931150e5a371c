/**
 * JSON Patch (RFC 6902) as kube-apiserver answers it.
 *
 * @module
 */

import { applyPatch, type Operation, Pointer } from "rfc6902";
import * as z from "zod";

import type { JsonObject } from "../../kube/api.ts";
import { isJsonObject } from "../../kube/json.ts";
import { copyObject } from "./json_value.ts";
import { badRequest, rejected } from "./refusals.ts";

const path = z.string().regex(/^(\/.*)?$/s);
const value = z.unknown();

const operationSchema = z.discriminatedUnion("op", [
  z.object({ op: z.literal("add"), path, value }),
  z.object({ op: z.literal("remove"), path }),
  z.object({ op: z.literal("replace"), path, value }),
  z.object({ op: z.literal("move"), path, from: path }),
  z.object({ op: z.literal("copy"), path, from: path }),
  z.object({ op: z.literal("test"), path, value }),
]);

/**
 * The target after all operations.
 *
 * @throws {ApiError} 400 if the patch is none, 422 if an operation fails, a `test` among them.
 */
export function jsonPatch(target: JsonObject, body: readonly JsonObject[]): JsonObject {
  const parsed = z.array(operationSchema).safeParse(body);
  if (!parsed.success) {
    throw badRequest(`json: cannot unmarshal the patch: ${parsed.error.message}`);
  }
  const result = copyObject(target);
  for (const operation of parsed.data) {
    const [failure] = applyPatch(result, [asUpstream(operation, result)]);
    if (failure !== null && failure !== undefined) throw rejected(failure);
  }
  return result;
}

/** What kube-apiserver's library (`evanphx/json-patch`) takes an operation for: replacing a member adds it. */
function asUpstream(operation: Operation, target: JsonObject): Operation {
  if (operation.op !== "replace") return operation;
  const { parent } = Pointer.fromJSON(operation.path).evaluate(target);
  return isJsonObject(parent) ? { ...operation, op: "add" } : operation;
}
