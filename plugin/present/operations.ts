/**
 * StorageEvents as people read them: operations under way, and what happened lately.
 *
 * @module
 */

import type { Condition, Event, VolumeProgress } from "../../lib/event/event.ts";
import { isOpenExpansion } from "../../lib/expansion/history.ts";
import { formatBytes } from "../../lib/units/format.ts";
import { type Millis } from "../../lib/units/millis.ts";
import { formatTimestamp } from "../../lib/units/timestamp.ts";
import { ageText, agoText } from "./amounts.ts";
import type { Style } from "./style.ts";
import { tableLines } from "./table.ts";

/** Enough to see what led to the present state; `kubectl get storageevents` has the rest. */
const RECENT_EVENTS_MAX = 5;

/** Operations under way. */
export function openOperations(events: readonly Event[]): Event[] {
  return events.filter(isOpenExpansion);
}

/** The newest events. */
export function recentEvents(events: readonly Event[]): Event[] {
  return events.slice(0, RECENT_EVENTS_MAX);
}

/** What an operation set out to do: `grow role data from 10 GiB to 20 GiB`. */
export function goalOf({ expansion, eventType }: Event): string {
  if (expansion === undefined) return eventType;
  const { role, originalBytes, requestedBytes } = expansion;
  return `grow role ${role} from ${formatBytes(originalBytes)} to ${formatBytes(requestedBytes)}`;
}

/** Operations under way with the step of each volume. */
export function operationLines(
  events: readonly Event[],
  { style, nowMs }: { readonly style: Style; readonly nowMs: Millis },
): string[] {
  return openOperations(events).flatMap((event) => [
    style.paint("heading", `Operation ${event.name}: ${goalOf(event)}`),
    ...tableLines(
      [
        { heading: "INSTANCE", cell: ({ instance }) => instance },
        { heading: "CLAIM", cell: ({ claimName }) => claimName },
        { heading: "STEP", cell: ({ step }) => step },
        { heading: "SINCE", cell: (volume) => sinceText(event, volume, nowMs) },
        { heading: "WHY", cell: ({ failure }) => failure?.message ?? "" },
      ],
      event.status.volumes,
      { headings: true, style },
    ),
    `Cluster's spec: ${event.status.writeBack.state}`,
  ]);
}

/** The newest events as a table. */
export function eventLines(
  events: readonly Event[],
  { style, nowMs }: { readonly style: Style; readonly nowMs: Millis },
): string[] {
  return tableLines(
    [
      { heading: "AGE", cell: ({ createdAtMs }) => ageText(formatTimestamp(createdAtMs), nowMs) },
      { heading: "TYPE", cell: typeOf },
      { heading: "PHASE", cell: ({ status }) => status.phase },
      { heading: "REASON", cell: (event) => latestOf(event).reason },
      { heading: "MESSAGE", cell: (event) => latestOf(event).message },
    ],
    recentEvents(events),
    { headings: true, style },
  );
}

/** How an event ended, whether well or not; undefined while it is under way, or where it only records. */
export function outcomeOf({ status }: Event): Condition | undefined {
  return status.conditions.find(({ type }) => type === "Complete");
}

/** What was last said: how it ended, what an alert has come to, else why it was made. */
function latestOf(event: Event): Pick<Event, "reason" | "message"> {
  return outcomeOf(event) ?? event.status.alert ?? event;
}

/** One event in a sentence. */
export function eventSentence(event: Event, nowMs: Millis): string {
  const ended = outcomeOf(event);
  const { reason, message } = event.status.alert ?? event;
  const outcome = ended === undefined ? "" : ` ${ended.message} (${ended.reason}).`;
  return `${agoText(event.createdAtMs, nowMs)}: ${typeOf(event)} ${event.status.phase}: ` +
    `${sentence(`${message} (${reason})`)}${outcome}`;
}

/** A text that ends as a sentence does. */
export function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** How far a volume is, and when it came there, in words. */
export function progressText(event: Event, volume: VolumeProgress, nowMs: Millis): string {
  const since = startOf(event, volume);
  const age = since === undefined ? "" : ` (${agoText(since, nowMs)})`;
  const why = volume.failure === undefined
    ? ""
    : `: ${volume.failure.message} (${volume.failure.reason})`;
  return `${volume.instance} is ${volume.step}${age}${why}`;
}

function typeOf({ eventType, dryRun }: Event): string {
  return dryRun ? `${eventType} (dry run)` : eventType;
}

function sinceText(event: Event, volume: VolumeProgress, nowMs: Millis): string {
  const startMs = startOf(event, volume);
  return startMs === undefined ? "" : ageText(formatTimestamp(startMs), nowMs);
}

function startOf(event: Event, volume: VolumeProgress): Millis | undefined {
  switch (volume.step) {
    case "Queued":
      return event.createdAtMs;
    case "Requested":
      return volume.requestedAtMs;
    case "ControllerResized":
      return volume.controllerResizedAtMs;
    case "Verified":
    case "Failed":
      return volume.finishedAtMs;
  }
}
