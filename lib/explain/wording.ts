/**
 * Where a message says more than its reason.
 *
 * @module
 */

import type { Reason } from "./reasons.ts";

/**
 * Reasons whose messages quote what a person wrote or has to write. Numbers in them do not move by themselves, so
 * that another message is something else to be told: the next mistake in the same annotation, a pause that was
 * prolonged.
 */
const QUOTING: ReadonlySet<string> = new Set<Reason>([
  "GitHoldsSmallerSize",
  "Paused",
  "PolicyApplied",
  "PolicyInvalid",
  "RequestUnreadable",
  "SpecDeclaresLess",
]);

/** Whether a message is news although its reason is the same; others differ with every measurement. */
export function isWordingNews(reason: string | undefined): boolean {
  return reason !== undefined && QUOTING.has(reason);
}
