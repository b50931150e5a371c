/**
 * What makes two alerts the same (PRD Alert Manager: deduplication by cluster and type).
 *
 * @module
 */

import type { AlertIntent } from "../decide/plan.ts";

/**
 * The cause of an alert: its topic, and the volume that it is about. Severity, reason and wording are no part of
 * it, so that a volume that goes from a warning to an emergency is one incident.
 */
export function alertCause(
  { topic, reason, instance, role }: Pick<
    AlertIntent,
    "topic" | "reason" | "instance" | "role"
  >,
): string {
  return [topic ?? reason, instance, role].filter((part) => part !== undefined).join("/");
}

/** What a cause is about besides a volume: a topic, or a reason where alerts of that reason have none. */
export function topicOf(cause: string): string {
  return cause.split("/", 1)[0] ?? cause;
}
