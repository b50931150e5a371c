/**
 * Fields of a StorageEvent as they are read back: each names its place where it cannot be read.
 *
 * @module
 */

import { isReason, type Reason } from "../explain/reasons.ts";
import type { Millis } from "../units/millis.ts";
import { parseTimestamp } from "../units/timestamp.ts";
import { parseRole, type Role } from "../view/role.ts";

/**
 * A word of the vocabulary.
 *
 * @throws {SyntaxError} If it is absent or unknown.
 */
export function reasonAt(text: string | undefined, path: string): Reason {
  const word = present(text, path);
  if (!isReason(word)) throw new SyntaxError(`${path}: expected a known reason, found ${word}`);
  return word;
}

/**
 * A role.
 *
 * @throws {SyntaxError} If it is absent or none.
 */
export function roleAt(text: string | undefined, path: string): Role {
  const role = parseRole(present(text, path));
  if (role === undefined) throw new SyntaxError(`${path}: expected a role, found ${text}`);
  return role;
}

/**
 * A time.
 *
 * @throws {SyntaxError} If it is none.
 */
export function timeAt(text: string, path: string): Millis {
  const instantMs = parseTimestamp(text);
  if (instantMs === undefined) {
    throw new SyntaxError(`${path}: expected an RFC 3339 time, found ${text}`);
  }
  return instantMs;
}

/**
 * A time that may be absent, or null where one was taken away.
 *
 * @throws {SyntaxError} If it is none.
 */
export function optionalTime(text: string | null | undefined, path: string): Millis | undefined {
  return text === undefined || text === null ? undefined : timeAt(text, path);
}

/**
 * What has to be there.
 *
 * @throws {SyntaxError} If it is not.
 */
export function present<Value>(value: Value | undefined, path: string): Value {
  if (value === undefined) throw new SyntaxError(`${path}: expected a value, found none`);
  return value;
}

/**
 * A word of the vocabulary, or the one that stands for words of a newer version: in records and incidents, which
 * begin nothing, a word that is not known is no reason to lose the rest.
 */
export function reasonOrUnknown(text: string | undefined): Reason {
  return text !== undefined && isReason(text) ? text : "ReasonUnknown";
}
