/**
 * Fields of a StorageEvent as they are written.
 *
 * @module
 */

import { EVENT_MESSAGE_LENGTH_MAX } from "./event_limits.ts";

/** `{ [key]: write(value) }`, or nothing at all where the value is absent. */
export function optional<Key extends string, Value, Written>(
  key: Key,
  value: Value | undefined,
  write: (value: Value) => Written,
): { readonly [Name in Key]?: Written } {
  const written: { [Name in Key]?: Written } = {};
  if (value !== undefined) written[key] = write(value);
  return written;
}

/** An event that the API server refuses for a long message would be an event lost. */
export function clip(text: string): string {
  return text.length <= EVENT_MESSAGE_LENGTH_MAX
    ? text
    : `${text.slice(0, EVENT_MESSAGE_LENGTH_MAX - 1)}…`;
}
