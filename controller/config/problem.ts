/**
 * What is wrong with a configuration, in words.
 *
 * @module
 */

import type * as z from "zod";

import { isJsonObject } from "../../kube/json.ts";
import { nearestKey } from "./nearest_key.ts";
import type { UnknownKey } from "./unknown_keys.ts";

/** Where in the file, from the outside in. */
export type Path = readonly PropertyKey[];

/** One mistake. */
export interface Problem {
  readonly path: Path;
  readonly message: string;
}

/** A file is read by people: a value that is longer than this is recognised by its beginning. */
const SHOWN_LENGTH_MAX = 60;

/** Names an unknown key, and the key that was probably meant. */
export function unknownKeyProblem({ path, knownKeys }: UnknownKey): Problem {
  const nearest = nearestKey(String(path.at(-1)), knownKeys);
  const hint = nearest === undefined
    ? `expected one of ${knownKeys.join(", ")}`
    : `did you mean ${nearest}?`;
  return { path, message: `unknown key, ${hint}` };
}

/** Says what a schema expected and what it found. */
export function issueProblem(issue: z.core.$ZodIssue, document: unknown): Problem {
  if (isSecret(issue)) return { path: issue.path, message: expectation(issue) };
  const found = valueAt(document, issue.path);
  return { path: issue.path, message: `${expectation(issue)}, found ${show(found)}` };
}

/** Whether what was found may hold a password, and must not be printed. */
function isSecret(issue: z.core.$ZodIssue): boolean {
  return issue.code === "custom" && issue.params?.["secret"] === true;
}

function expectation(issue: z.core.$ZodIssue): string {
  // Words of our own schemas say more than a general rule can.
  if (issue.message.startsWith("expected")) return issue.message;
  switch (issue.code) {
    case "invalid_type":
      return `expected ${issue.expected === "int" ? "a whole number" : article(issue.expected)}`;
    case "invalid_value":
      return `expected one of ${issue.values.map(String).join(", ")}`;
    case "too_small":
      return `expected at least ${counted(issue.minimum, issue.origin)}`;
    case "too_big":
      return `expected at most ${counted(issue.maximum, issue.origin)}`;
    case "invalid_format":
      return `expected text that matches ${issue.pattern ?? issue.format}`;
    default:
      return issue.message;
  }
}

function article(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function counted(count: number | bigint, origin: string): string {
  const isOne = Number(count) === 1;
  if (origin === "string") return `${count} ${isOne ? "character" : "characters"}`;
  return origin === "array" ? `${count} ${isOne ? "entry" : "entries"}` : String(count);
}

function valueAt(document: unknown, path: Path): unknown {
  let value = document;
  for (const key of path) {
    if (Array.isArray(value)) value = value[Number(key)];
    else value = isJsonObject(value) ? value[String(key)] : undefined;
  }
  return value;
}

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= SHOWN_LENGTH_MAX ? text : `${text.slice(0, SHOWN_LENGTH_MAX)}…`;
}
