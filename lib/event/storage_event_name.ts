/**
 * Names and labels of StorageEvents.
 *
 * @module
 */

import { API_GROUP } from "../policy/api_group.ts";
import { OBJECT_NAME_LENGTH_MAX } from "../policy/schema_parts.ts";
import type { Millis } from "../units/millis.ts";
import type { Role } from "../view/role.ts";
import type { EventType } from "./event.ts";

/** Label with the name of the Cluster. */
export const CLUSTER_LABEL = `${API_GROUP}/cluster`;

/** Label with the type of the event. */
export const EVENT_TYPE_LABEL = `${API_GROUP}/event-type`;

const LABEL_VALUE_LENGTH_MAX = 63;

/** Room for `-` and a number, which the caller appends where the name is taken. */
const COLLISION_SUFFIX_LENGTH_MAX = 4;

/** A cause names an instance and a role; cut ones may share a name, which the caller then makes unique. */
const CAUSE_PART_LENGTH_MAX = 80;

/** What a StorageEvent is named after. */
export interface EventNameParts {
  readonly clusterName: string;
  readonly eventType: EventType;
  /** Absent: the event is about no role. */
  readonly role?: Role | undefined;
  /** Of an alert: several are raised within one second. */
  readonly cause?: string | undefined;
  readonly createdAtMs: Millis;
}

/**
 * The name of a StorageEvent: `<cluster>-<type>-YYYYMMDD-HHMMSS` in UTC (PRD), with the role before the time
 * where it is not `data`, or the cause of an alert. Two events of one second share a name; the caller appends a
 * suffix to the second.
 */
export function storageEventName(
  { clusterName, eventType, role, cause, createdAtMs }: EventNameParts,
): string {
  const subject = cause === undefined ? rolePart(role) : namePart(cause);
  const tail = [eventType, ...subject, timePart(createdAtMs)].join("-");
  const room = OBJECT_NAME_LENGTH_MAX - COLLISION_SUFFIX_LENGTH_MAX - tail.length - 1;
  return `${clusterName.slice(0, room).replace(/[.-]+$/, "")}-${tail}`;
}

/**
 * Labels of a StorageEvent. A Cluster's name longer than a label may be is cut (CloudNativePG allows 50
 * characters), so `spec.clusterRef` alone says for certain whose event it is.
 */
export function storageEventLabels(
  clusterName: string,
  eventType: EventType,
): Record<string, string> {
  return {
    [CLUSTER_LABEL]: clusterName.slice(0, LABEL_VALUE_LENGTH_MAX).replace(/[._-]+$/, ""),
    [EVENT_TYPE_LABEL]: eventType,
  };
}

/** Tablespace names may hold what object names may not. */
function rolePart(role: Role | undefined): string[] {
  return role === undefined || role === "data" ? [] : namePart(role);
}

function namePart(text: string): string[] {
  const part = text.toLowerCase().replace(/[^a-z0-9]+/g, "-").slice(0, CAUSE_PART_LENGTH_MAX)
    .replace(/^-+|-+$/g, "");
  return part === "" ? [] : [part];
}

function timePart(instantMs: Millis): string {
  const [date = "", time = ""] = new Date(instantMs).toISOString().split("T");
  return `${date.replaceAll("-", "")}-${time.slice(0, 8).replaceAll(":", "")}`;
}
