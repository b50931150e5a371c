/**
 * A store of StorageEvents that carries out what a fold decides, for tests.
 *
 * @module
 */

import type { Action, AlertIntent } from "../../decide/plan.ts";
import type { AlertProgress, Event } from "../../event/event.ts";
import type { Millis } from "../../units/millis.ts";

/** The alert that a test raises. */
export function levelAlert(fields: Partial<AlertIntent> = {}): AlertIntent {
  return {
    topic: "pressure",
    reason: "AboveCritical",
    severity: "critical",
    instance: "orders-1",
    role: "data",
    message: "orders-1/data: 81 %",
    passesWithGrowth: true,
    ...fields,
  };
}

/** Events as they are stored, oldest first. */
export interface IncidentStore {
  readonly events: readonly Event[];
  /** How often something was written. */
  readonly writes: number;
  /** Carries actions out; the number of those that are lost, as in a crash, is how many are left out at the end. */
  carryOut(actions: readonly Action[], nowMs: Millis, lost?: number): void;
}

/** Creates an empty store. */
export function createIncidentStore(): IncidentStore {
  let events: readonly Event[] = [];
  let writes = 0;
  return {
    get events(): readonly Event[] {
      return events;
    },
    get writes(): number {
      return writes;
    },
    carryOut(actions, nowMs, lost = 0): void {
      for (const action of actions.slice(0, actions.length - lost)) {
        writes++;
        events = afterAction(events, action, nowMs, String(writes));
      }
    },
  };
}

function afterAction(
  events: readonly Event[],
  action: Action,
  nowMs: Millis,
  version: string,
): readonly Event[] {
  if (action.kind === "open-event") {
    const name = `orders-alert-${version}`;
    const identity = { name, uid: `uid-${name}`, resourceVersion: version, createdAtMs: nowMs };
    return [...events, { ...action.draft, ...identity }];
  }
  if (action.kind !== "record-status") throw new TypeError(`Cannot carry out ${action.kind}`);
  return events.map((event) =>
    event.name !== action.eventName
      ? event
      : { ...event, status: action.status, resourceVersion: version }
  );
}

/** How the incidents stand that are open. */
export function openProgress({ events }: Pick<IncidentStore, "events">): AlertProgress[] {
  return events.flatMap(({ status }) =>
    status.phase === "InProgress" && status.alert !== undefined ? [status.alert] : []
  );
}
