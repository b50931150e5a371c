/**
 * Fields that a kind does not have: refused, warned about or dropped, as the client wants.
 *
 * @module
 */

import { ApiError, type JsonObject } from "../../../kube/api.ts";
import type { ServedResource } from "../api_server.ts";
import { badRequest } from "../refusals.ts";
import type { FieldValidation } from "./query.ts";

/**
 * Gives the headers with which an answer warns of unknown fields.
 *
 * @throws {ApiError} 400 naming them, if the client wants none; 422 for a patch.
 */
export function checkFields(
  served: ServedResource,
  object: JsonObject,
  validation: FieldValidation,
  source: "object" | "patch",
): Readonly<Record<string, string>> {
  if (validation === "Ignore") return {};
  const fields = served.unknownFields?.(object) ?? [];
  const problems = fields.map((field) => `unknown field "${field}"`);
  if (problems.length === 0) return {};
  if (validation === "Warn") return { warning: problems.map(warningOf).join(", ") };
  const { kind } = served.resource;
  if (source === "patch") throw strictPatch(problems);
  throw badRequest(
    `${kind} in version "${served.resource.version}" cannot be handled as a ${kind}: ` +
      `strict decoding error: ${problems.join(", ")}`,
  );
}

/** Upstream quotes the patched object, and names no object that is invalid. */
function strictPatch(problems: readonly string[]): ApiError {
  const problem = `patch: Invalid value: {}: strict decoding error: ${problems.join(", ")}`;
  return new ApiError(` "" is invalid: ${problem}`, { code: 422, reason: "Invalid" });
}

/** RFC 7234 §5.5 with the code and agent of kube-apiserver. */
function warningOf(problem: string): string {
  return `299 - ${JSON.stringify(problem)}`;
}
