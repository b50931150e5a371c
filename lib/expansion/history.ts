/**
 * What the cluster's StorageEvents tell about earlier and present expansions.
 *
 * @module
 */

import type { Event, VolumeProgress } from "../event/event.ts";
import { after, type Millis } from "../units/millis.ts";
import type { Role } from "../view/role.ts";

/** Whether an event is an expansion that still goes on. */
export function isOpenExpansion(event: Event): boolean {
  return event.eventType === "expansion" && !event.dryRun && event.expansion !== undefined &&
    (event.status.phase === "Pending" || event.status.phase === "InProgress");
}

/** Whether nothing more happens to a volume in its operation. */
export function hasEnded(progress: VolumeProgress): boolean {
  return progress.step === "Verified" || progress.step === "Failed";
}

/** The open operation that holds a volume, if one does: never two operations on one volume (DESIGN §5). */
export function lockOf(claimUid: string, events: readonly Event[]): Event | undefined {
  return events.find((event) =>
    isOpenExpansion(event) &&
    event.status.volumes.some((volume) => volume.claimUid === claimUid && !hasEnded(volume))
  );
}

/**
 * When the cooldown of a role ends: `cooldownMs` after the last expansion of that role ended, however it
 * ended, or began, where it still goes on. Failures have the breaker besides.
 */
export function cooldownEnd(
  role: Role,
  events: readonly Event[],
  cooldownMs: Millis,
): Millis | undefined {
  const ends = events
    .filter((event) => isExpansionOf(role, event))
    .map((event) => event.status.completedAtMs ?? event.createdAtMs);
  return ends.length === 0 ? undefined : after(ends.reduce(latest), cooldownMs);
}

/** When each change of a volume was asked for, oldest first. */
export function requestTimes(claimUid: string, events: readonly Event[]): Millis[] {
  return events
    .filter((event) => event.eventType === "expansion" && !event.dryRun)
    .flatMap((event) => event.status.volumes)
    .filter((volume) => volume.claimUid === claimUid)
    .flatMap((volume) => volume.requestedAtMs ?? [])
    .sort((first, second) => first - second);
}

/** When a file system was last verified to have grown. */
export function lastGrownAt(claimUid: string, events: readonly Event[]): Millis | undefined {
  const times = events
    .flatMap((event) => event.status.volumes)
    .filter((volume) => volume.claimUid === claimUid && volume.step === "Verified")
    .flatMap((volume) => volume.finishedAtMs ?? []);
  return times.length === 0 ? undefined : times.reduce(latest);
}

function isExpansionOf(role: Role, event: Event): boolean {
  return event.eventType === "expansion" && !event.dryRun && event.expansion?.role === role;
}

function latest(first: Millis, second: Millis): Millis {
  return first >= second ? first : second;
}
