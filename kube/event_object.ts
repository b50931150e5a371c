/**
 * The shape of Events in `events.k8s.io/v1`.
 *
 * @module
 */

import type { JsonObject, Patch } from "./api.ts";
import type { Random } from "./clock.ts";

/** The object that an Event is about. */
export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion?: string | undefined;
}

/** Something worth telling about an object. */
export interface EventNotice {
  readonly regarding: ObjectReference;
  readonly related?: ObjectReference | undefined;
  readonly type: "Normal" | "Warning";
  /** Why, as one CamelCase word. */
  readonly reason: string;
  /** What was done or declined, as one CamelCase word. */
  readonly action: string;
  /** What is true, for people. */
  readonly note: string;
  /** Tells apart notices of the same reason, for example volumes by name. */
  readonly dedupeValues?: readonly string[] | undefined;
}

/** What an Event holds besides its notice. */
export interface EventContext {
  readonly reportingController: string;
  readonly reportingInstance: string;
  readonly nowMs: number;
  readonly random: Random;
}

/** The API server refuses longer notes (`NoteLengthLimit` in `pkg/apis/core/validation/events.go`). */
export const NOTE_BYTES_MAX = 1_024;

/** Likewise for `reason`, `action`, `reportingController` and `reportingInstance`. */
const WORD_LENGTH_MAX = 128;

/** The name is that of the object, a dot, and 16 hexadecimal digits: 253 in all. */
const NAME_PREFIX_LENGTH_MAX = 236;

/** Makes the Event of a notice. */
export function eventObject(
  notice: EventNotice,
  context: EventContext,
): JsonObject & { readonly metadata: { readonly name: string; readonly namespace: string } } {
  const { regarding } = notice;
  return {
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    metadata: {
      name: `${regarding.name.slice(0, NAME_PREFIX_LENGTH_MAX)}.${suffix(context)}`,
      namespace: regarding.namespace ?? "default",
    },
    eventTime: microTime(context.nowMs),
    type: notice.type,
    reason: notice.reason.slice(0, WORD_LENGTH_MAX),
    action: notice.action.slice(0, WORD_LENGTH_MAX),
    note: truncate(notice.note),
    regarding: { ...regarding },
    related: notice.related && { ...notice.related },
    reportingController: context.reportingController.slice(0, WORD_LENGTH_MAX),
    reportingInstance: context.reportingInstance.slice(0, WORD_LENGTH_MAX),
  };
}

/** Tells an Event how often it happened by now, and when last. */
export function seriesPatch(count: number, lastSeenMs: number): Patch {
  return { type: "merge", body: { series: { count, lastObservedTime: microTime(lastSeenMs) } } };
}

/** Random digits, so that replicas which record the same in the same millisecond do not collide. */
function suffix({ nowMs, random }: EventContext): string {
  const time = nowMs.toString(16).slice(-8).padStart(8, "0");
  const spread = Math.floor(random() * 2 ** 32).toString(16).padStart(8, "0");
  return time + spread;
}

/** `metav1.MicroTime` is parsed by a layout that insists on six digits. */
function microTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace("Z", "000Z");
}

/** Cuts a note to what the API server takes, between characters. */
function truncate(note: string): string {
  const bytes = new TextEncoder().encode(note);
  if (bytes.length <= NOTE_BYTES_MAX) return note;
  const ellipsis = "…";
  const room = NOTE_BYTES_MAX - new TextEncoder().encode(ellipsis).length;
  // In stream mode the decoder keeps the beginning of a character that was cut to itself.
  return new TextDecoder().decode(bytes.subarray(0, room), { stream: true }) + ellipsis;
}
