/**
 * JSON Patch (RFC 6902) as kube-apiserver answers it.
 *
 * @module
 */

import { applyPatch, type Operation } from "rfc6902";
import { z } from "zod";

import type { JsonObject, ObjectName, Resource } from "../../kube/api.ts";
import { copyObject } from "./json_value.ts";
import { badRequest, invalid } from "./refusals.ts";

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
export function jsonPatch(
  resource: Resource,
  name: ObjectName,
  target: JsonObject,
  body: readonly JsonObject[],
): JsonObject {
  const parsed = z.array(operationSchema).safeParse(body);
  if (!parsed.success) {
    throw badRequest(`json: cannot unmarshal the patch: ${parsed.error.message}`);
  }
  const operations: Operation[] = parsed.data;
  const result = copyObject(target);
  for (const [index, failure] of applyPatch(result, operations).entries()) {
    if (failure === null) continue;
    const operation = `${operations[index]?.op} ${operations[index]?.path}`;
    throw invalid(resource, name, `the server rejected our request: ${operation}: ${failure.name}`);
  }
  return result;
}
