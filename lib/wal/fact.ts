/**
 * Facts that may be unknown. "Unknown" is a value of its own and never reads as zero, none or absent; what
 * depends on it is refused (DESIGN §1, `wal.md` §10).
 *
 * @module
 */

/** Something that was looked for: what it is, or why it is not known. */
export type Fact<Value> =
  | { readonly kind: "known"; readonly value: Value }
  | { readonly kind: "unknown"; readonly message: string };

/** A fact that is known. */
export function known<Value>(value: Value): Fact<Value> {
  return { kind: "known", value };
}

/** A fact that is not known; `message` says what was tried and what was found. */
export function unknown(message: string): Fact<never> {
  return { kind: "unknown", message };
}
