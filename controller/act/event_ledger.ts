/**
 * The statuses of StorageEvents while one plan is carried out.
 *
 * Several actions of a plan may change the same event: each builds on the answer to the one before, and a
 * status that was decided before ours were made is written with them on top.
 *
 * @module
 */

import type { Lane, ObjectName } from "../../kube/api.ts";
import type { Clock } from "../../kube/clock.ts";
import { isJsonObject } from "../../kube/json.ts";
import type { RecordStatus } from "../../lib/decide/plan.ts";
import { type ConditionObject, conditionsSchema } from "../../lib/event/condition.ts";
import type { Event, EventStatus } from "../../lib/event/event.ts";
import { storageEventStatus } from "../../lib/event/storage_event.ts";
import { millis } from "../../lib/units/millis.ts";
import { readMetadata } from "../observe/metadata.ts";
import { STORAGE_EVENTS } from "../observe/resources.ts";
import { during, StaleError } from "./failure.ts";
import { isSameJson } from "./json.ts";
import type { Effect } from "./outcome.ts";
import { statusPatch } from "./status_patch.ts";
import type { Writer } from "./writer.ts";

/** A step that happened, as a function of the status before. */
export type StatusChange = (status: EventStatus) => EventStatus;

/** Reads and writes the statuses of one cluster's events. */
export interface EventLedger {
  /**
   * An event with everything that this plan has written to it.
   *
   * @throws {StaleError} If no such event is known.
   */
  read(eventName: string): Event;
  /** Records a step that was just taken, before the next one is. */
  change(eventName: string, change: StatusChange): Promise<Effect>;
  /** Corrects what this plan will record later, and writes nothing by itself. */
  amend(eventName: string, change: StatusChange): void;
  /** Records what was decided, with the steps of this plan on top. */
  record(action: RecordStatus): Promise<Effect>;
}

interface Entry {
  readonly event: Event;
  /** The version that decisions were made from. */
  readonly decidedVersion: string;
  readonly changes: readonly StatusChange[];
}

/** Creates the ledger of one plan. `known` are the newest events in memory. */
export function createEventLedger(
  namespace: string,
  known: readonly Event[],
  writer: Writer,
  clock: Clock,
): EventLedger {
  const entries = new Map<string, Entry>(
    known.map((event) => [event.name, {
      event,
      decidedVersion: event.resourceVersion,
      changes: [],
    }]),
  );

  function entryOf(eventName: string): Entry {
    const entry = entries.get(eventName);
    if (entry !== undefined) return entry;
    throw new StaleError(`Cannot go on: StorageEvent ${namespace}/${eventName} is not known`);
  }

  async function write(entry: Entry, status: EventStatus, lane: Lane): Promise<Entry> {
    const { event } = entry;
    const name = { namespace, name: event.name };
    const answer = await during(
      `recording the status of StorageEvent ${namespace}/${event.name}`,
      async () => {
        const previous = await conditionsOf(event, name, writer);
        const body = storageEventStatus(status, previous, millis(clock.now()));
        const patch = statusPatch(event.resourceVersion, body);
        return await writer.patch(STORAGE_EVENTS, name, patch, { subresource: "status", lane });
      },
    );
    const { resourceVersion } = readMetadata("StorageEvent", answer).record;
    return { ...entry, event: { ...event, status, resourceVersion } };
  }

  return {
    read: (eventName) => entryOf(eventName).event,
    async change(eventName, change): Promise<Effect> {
      const entry = entryOf(eventName);
      const status = change(entry.event.status);
      if (isSameJson(status, entry.event.status)) return "already";
      const written = await write(entry, status, "volume");
      entries.set(eventName, { ...written, changes: [...entry.changes, change] });
      return "written";
    },
    amend(eventName, change): void {
      const entry = entryOf(eventName);
      entries.set(eventName, { ...entry, changes: [...entry.changes, change] });
    },
    async record(action): Promise<Effect> {
      const entry = entryOf(action.eventName);
      const { decidedVersion } = entry;
      if (decidedVersion !== action.resourceVersion) {
        throw new StaleError(
          `Cannot record the status of StorageEvent ${namespace}/${action.eventName}: ` +
            `expected version ${action.resourceVersion}, found ${decidedVersion}`,
        );
      }
      const status = entry.changes.reduce((next, change) => change(next), action.status);
      if (isSameJson(status, entry.event.status)) return "already";
      entries.set(action.eventName, await write(entry, status, "default"));
      return "written";
    },
  };
}

/** The conditions as they stand in the object, for their times. Most events have none until they end. */
async function conditionsOf(
  event: Event,
  name: ObjectName,
  writer: Writer,
): Promise<ConditionObject[]> {
  if (event.status.conditions.length === 0) return [];
  const object = await writer.get(STORAGE_EVENTS, name);
  const status = object["status"];
  const parsed = conditionsSchema.safeParse(isJsonObject(status) ? status["conditions"] : []);
  return parsed.success ? parsed.data : [];
}
