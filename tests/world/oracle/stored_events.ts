/**
 * The StorageEvents as they are stored: what the manager has said before it does something.
 *
 * @module
 */

import type { Event } from "../../../lib/event/event.ts";
import { parseStorageEvent } from "../../../lib/event/parse_storage_event.ts";
import type { AuditRecord } from "../../../sim/api_server/api_server.ts";

/** A StorageEvent with the Cluster that it is about. */
export interface StoredEvent {
  readonly event: Event;
  readonly namespace: string;
  readonly clusterUid: string | undefined;
}

/** All of them. */
export interface StoredEvents {
  /** Of one Cluster, in the order of their creation. */
  of(clusterUid: string): readonly Event[];
  find(namespace: string, name: string): StoredEvent | undefined;
  /** Takes in what a write made of an event. */
  take(record: AuditRecord): void;
}

/** Creates an empty book. */
export function createStoredEvents(): StoredEvents {
  const events = new Map<string, StoredEvent>();
  return {
    of: (clusterUid) =>
      [...events.values()].filter((stored) => stored.clusterUid === clusterUid)
        .map(({ event }) => event),
    find: (namespace, name) => events.get(`${namespace}/${name}`),
    take({ verb, name: { namespace = "", name }, after }): void {
      const key = `${namespace}/${name}`;
      const parsed = after && readEvent(after);
      if (parsed !== undefined) events.set(key, parsed);
      else if (verb === "delete") events.delete(key);
    },
  };
}

/** Reads an event; undefined where it cannot be read. */
export function readEvent(object: unknown): StoredEvent | undefined {
  const parsed = parseStorageEvent(object);
  if (parsed.kind !== "event") return undefined;
  const { event, cluster: { namespace, uid } } = parsed;
  return { event, namespace, clusterUid: uid };
}

/** Whether an operation goes on: neither recorded only nor at its end. */
export function isOpenOperation({ eventType, dryRun, status }: Event): boolean {
  return eventType === "expansion" && !dryRun &&
    (status.phase === "Pending" || status.phase === "InProgress");
}
