/**
 * What has to be so in the end of a story, and what must never be.
 *
 * @module
 */

import type { Evidence, Told } from "./evidence.ts";

/** Something that has to be so in the end, and what is said while it is not. */
export interface Demand {
  readonly met: boolean;
  readonly missing: string;
}

/** What an expectation comes to. */
export interface Verdict {
  /** What must never happen, once it has. */
  readonly harm?: string | undefined;
  readonly demands: readonly Demand[];
  /** What is said when every demand is met. */
  readonly summary: string;
}

/** StorageEvents of one kind: alerts go on for minutes after their cause, and end no story. */
export function eventsOf({ events }: Evidence, eventType: Told["eventType"]): Told[] {
  return [...events.values()].filter((event) => event.eventType === eventType);
}
