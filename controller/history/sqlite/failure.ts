/**
 * What SQLite's errors mean for whoever looks after the volume.
 *
 * @module
 */

import { errorText } from "../../../kube/logger.ts";

/** What is wrong with the file. */
export type StoreFailure = "damaged" | "full" | "read-only" | "in use" | "not accessible" | "other";

/** Texts of SQLite's result codes (`sqlite3_errstr`): `node:sqlite` of Deno passes no more of them on. */
const TEXTS: readonly (readonly [text: RegExp, failure: StoreFailure])[] = [
  [/file is not a database|database disk image is malformed/, "damaged"],
  [/database or disk is full/, "full"],
  [/readonly database/, "read-only"],
  [/database is locked/, "in use"],
  [/unable to open database file|Requires (read|write) access/, "not accessible"],
];

const EXPECTATIONS: Readonly<Record<StoreFailure, string>> = {
  damaged: "expected a sound file, found it damaged",
  full: "expected room for it, found the volume full or the file at its limit",
  "read-only": "expected a volume that can be written, found it read-only",
  "in use": "expected to be its only user, found it locked by another process",
  "not accessible": "expected a directory in which it may write, found none",
  other: "expected a volume and a file that work",
};

/** What kind of failure an error of the file is. */
export function failureOf(error: unknown): StoreFailure {
  const text = errorText(error);
  return TEXTS.find(([pattern]) => pattern.test(text))?.[1] ?? "other";
}

/** One sentence about what failed while the file at `path` was used. */
export function failureMessage(path: string, error: unknown): string {
  return `Cannot use the history ${path}: ${EXPECTATIONS[failureOf(error)]} (${errorText(error)})`;
}
