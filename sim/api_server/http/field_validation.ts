/**
 * Fields that a kind does not have: refused, warned about or dropped, as the client wants.
 *
 * @module
 */

import type { JsonObject } from "../../../kube/api.ts";
import type { ServedResource } from "../api_server.ts";
import { badRequest } from "../refusals.ts";
import type { FieldValidation } from "./query.ts";

/**
 * Gives the headers with which an answer warns of unknown fields.
 *
 * @throws {ApiError} 400 naming them, if the client wants none.
 */
export function checkFields(
  served: ServedResource,
  object: JsonObject,
  validation: FieldValidation,
): Readonly<Record<string, string>> {
  if (validation === "Ignore") return {};
  const fields = served.unknownFields?.(object) ?? [];
  const problems = fields.map((field) => `unknown field "${field}"`);
  if (problems.length === 0) return {};
  if (validation === "Warn") return { warning: problems.map(warningOf).join(", ") };
  const { kind } = served.resource;
  throw badRequest(
    `${kind} in version "${served.resource.version}" cannot be handled as a ${kind}: ` +
      `strict decoding error: ${problems.join(", ")}`,
  );
}

/** RFC 7234 §5.5 with the code and agent of kube-apiserver. */
function warningOf(problem: string): string {
  return `299 - ${JSON.stringify(problem)}`;
}
