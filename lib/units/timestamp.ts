/**
 * Instants as they stand in Kubernetes objects (RFC 3339, UTC).
 *
 * @module
 */

import { type Millis, millis } from "./millis.ts";

const RFC3339_PATTERN =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/i;

/** The instant as RFC 3339 in UTC, with milliseconds only where there are any: `2025-11-26T10:30:00Z`. */
export function formatTimestamp(instant: Millis): string {
  return new Date(instant).toISOString().replace(".000Z", "Z");
}

/** Reads RFC 3339; undefined where `text` is something else. */
export function parseTimestamp(text: string): Millis | undefined {
  if (!RFC3339_PATTERN.test(text)) return undefined;
  const instantMs = Date.parse(text);
  return Number.isNaN(instantMs) ? undefined : millis(instantMs);
}
