/**
 * Bodies of writes.
 *
 * @module
 */

import { parse } from "yaml";

import { ApiError, type JsonObject, type Patch } from "../../../kube/api.ts";
import { isJsonObject } from "../../../kube/json.ts";
import { badRequest } from "../refusals.ts";
import type { HttpRequest } from "./http_message.ts";
import { flag } from "./query.ts";

/** A patch as it came over the wire; what it comes to may depend on the object. */
export type WirePatch = Patch | { readonly type: "strategic"; readonly body: JsonObject };

const JSON_TYPES: readonly string[] = ["", "application/json", "*/*"];
const YAML_TYPES: readonly string[] = ["application/yaml", "text/yaml"];

/**
 * Reads the object of a POST, a PUT or a DELETE.
 *
 * @throws {ApiError} 400 if it is no object, 415 for protobuf and the like.
 */
export function readObject({ body, contentType }: HttpRequest): JsonObject {
  const type = mediaType(contentType);
  if (JSON_TYPES.includes(type)) return objectOf(parseJson(body));
  if (YAML_TYPES.includes(type)) return objectOf(parseYaml(body));
  throw unsupported(type, ["application/json", "application/yaml"]);
}

/**
 * Reads a patch by its content type.
 *
 * @throws {ApiError} 400 if it does not parse, 415 for a type that no patch has.
 */
export function readPatch({ body, contentType, search }: HttpRequest): WirePatch {
  switch (mediaType(contentType)) {
    case "application/json-patch+json":
      return { type: "json", body: operationsOf(parseJson(body)) };
    case "application/merge-patch+json":
      return { type: "merge", body: objectOf(parseJson(body)) };
    case "application/strategic-merge-patch+json":
      return { type: "strategic", body: objectOf(parseJson(body)) };
    case "application/apply-patch+yaml":
      return { type: "apply", body: objectOf(parseYaml(body)), force: flag(search, "force") };
    default:
      throw unsupported(mediaType(contentType), [
        "application/json-patch+json",
        "application/merge-patch+json",
        "application/apply-patch+yaml",
      ]);
  }
}

/** 415: the body is of a type that nobody reads here. */
export function unsupported(found: string, expected: readonly string[]): ApiError {
  const problem = `the body of the request was in an unknown format (${found})`;
  return new ApiError(`${problem} - accepted media types include: ${expected.join(", ")}`, {
    code: 415,
    reason: "UnsupportedMediaType",
  });
}

function mediaType(contentType: string): string {
  return contentType.split(";")[0]?.trim().toLowerCase() ?? "";
}

/** Neither parser's message is passed on: both quote the text, which may be a Secret. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest("the object provided is unrecognized: expected JSON, found something else");
  }
}

function parseYaml(text: string): unknown {
  try {
    return parse(text);
  } catch {
    throw badRequest("the object provided is unrecognized: expected YAML, found something else");
  }
}

function objectOf(value: unknown): JsonObject {
  if (isJsonObject(value)) return value;
  throw badRequest("the object provided is unrecognized: expected an object");
}

function operationsOf(value: unknown): readonly JsonObject[] {
  if (Array.isArray(value) && value.every(isJsonObject)) return value;
  throw badRequest("error decoding patch: expected a list of operations");
}
