/**
 * Turns the fields of a log line into plain JSON values without secrets.
 *
 * @module
 */

import type { LogFields } from "../../kube/logger.ts";
import { Redacted } from "../../kube/redacted.ts";

const MASK = "***";

/** Fields that hold a secret whatever it looks like: `token`, `apiToken`, `Set-Cookie`, `client_secret`, … */
const SECRET_KEY =
  /(token|authorization|password|passwd|secret|cookie|credentials?|apikey|routingkey|privatekey)s?$/;

/** Secrets that can be told by their look wherever they stand: JWTs, bearer and basic credentials, PEM keys. */
const SECRET_TEXT = new RegExp(
  [
    String.raw`\beyJ[\w-]+\.[\w-]+\.[\w-]*`,
    String.raw`(?<=\b(?:bearer|basic)\s+)[\w.~+/-]{8,}=*`,
    String.raw`(?<=://[^\s/:@]*:)[^\s/@]+(?=@)`,
    String.raw`-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)`,
  ].join("|"),
  "gi",
);

/** Deeper objects are API objects, and those do not belong into a log. */
const DEPTH_MAX = 5;

/** A line is read by people and shipped by agents that cut lines at 16 KiB. */
const TEXT_LENGTH_MAX = 2_048;

const ITEMS_MAX = 50;

/** Masks what looks like a secret in a text, and cuts the text at a length. */
export function redactText(text: string): string {
  const masked = text.replace(SECRET_TEXT, MASK);
  return masked.length <= TEXT_LENGTH_MAX ? masked : `${masked.slice(0, TEXT_LENGTH_MAX)}…`;
}

/** Copies fields, with every secret masked; whatever a field holds, the copy can be printed as JSON. */
export function redactFields(fields: LogFields): Record<string, unknown> {
  return redactEntries(Object.entries(fields), 0);
}

function redactEntries(
  entries: readonly (readonly [string, unknown])[],
  depth: number,
): Record<string, unknown> {
  return Object.fromEntries(
    entries.slice(0, ITEMS_MAX).map(([key, value]) => [key, redactField(key, value, depth)]),
  );
}

function redactField(key: string, value: unknown, depth: number): unknown {
  const plainKey = key.toLowerCase().replaceAll(/[^a-z]/g, "");
  // A number is a count of tokens, true and false say whether there is one.
  const isHarmless = value === undefined || value === null || typeof value === "number" ||
    typeof value === "boolean";
  return SECRET_KEY.test(plainKey) && !isHarmless ? MASK : redactValue(value, depth);
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value === "string") return redactText(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "boolean" || value === undefined || value === null) return value;
  if (typeof value !== "object") return redactText(String(value));
  if (value instanceof Redacted) return MASK;
  // Also ends objects that contain themselves.
  if (depth >= DEPTH_MAX) return "…";
  if (value instanceof Error) return redactError(value, depth);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Map) return redactEntries(mapEntries(value), depth + 1);
  if (Array.isArray(value) || value instanceof Set) {
    return [...value].slice(0, ITEMS_MAX).map((item) => redactValue(item, depth + 1));
  }
  return redactEntries(Object.entries(value), depth + 1);
}

function redactError(error: Error, depth: number): Record<string, unknown> {
  return {
    name: error.name,
    message: redactText(error.message),
    ...(error.cause === undefined ? {} : { cause: redactValue(error.cause, depth + 1) }),
  };
}

function mapEntries(map: ReadonlyMap<unknown, unknown>): (readonly [string, unknown])[] {
  return [...map].map(([key, value]) => [redactText(String(key)), value]);
}
