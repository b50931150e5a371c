/**
 * Narrowing of parsed JSON.
 *
 * @module
 */

import type { JsonObject } from "./api.ts";

/** Tells whether a parsed JSON value is an object (arrays and null are not). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Parses text that must hold a JSON object.
 *
 * @throws {SyntaxError} if it does not. The message of the parser is not passed on because it quotes the
 * text, and the text may be a Secret.
 */
export function parseJsonObject(text: string, source: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new SyntaxError(
      `Cannot parse ${source}: expected JSON, found ${text.length} characters of something else`,
    );
  }
  if (!isJsonObject(value)) {
    throw new SyntaxError(`Cannot parse ${source}: expected a JSON object, found ${typeof value}`);
  }
  return value;
}
