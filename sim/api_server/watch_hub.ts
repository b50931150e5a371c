/**
 * All watches that are open: who is told what, when they are bookmarked and when they end.
 *
 * @module
 */

import type { JsonObject, Resource, WatchEvent, WatchQuery } from "../../kube/api.ts";
import { apiVersionOf } from "./api_version.ts";
import type { WatchSink } from "./api_server.ts";
import type { Predicate } from "./label_selector.ts";
import { parseSelection, parseVersion } from "./listing.ts";
import { withMetadata } from "./metadata.ts";
import type { Change, ObjectStore } from "./object_store.ts";

/** kube-apiserver's `defaultBookmarkFrequency`. */
const BOOKMARK_INTERVAL_MS = 60_000;

const MS_PER_SECOND = 1_000;

/** Where the server says that the present state is complete (KEP-3157). */
const INITIAL_EVENTS_END = { "k8s.io/initial-events-end": "true" };

/** What a hub reads; changes are told to it by {@link WatchHub.publish}. */
export type WatchedStore = Pick<ObjectStore, "version" | "all" | "changesAfter">;

/** Follows the store and serves watches. */
export interface WatchHub {
  /** Opens a watch, and gives what ends it. What is behind its version is delivered before this returns. */
  open(resource: Resource, query: WatchQuery, sink: WatchSink, nowMs: number): () => void;
  /** Tells everybody whom it concerns. A change that a delivery causes is told after its cause. */
  publish(resource: Resource, change: Change): void;
  /** Bookmarks and ends what is due. */
  step(nowMs: number): void;
  /** Ends every watch. */
  endAll(): void;
}

interface Watch {
  readonly resource: Resource;
  readonly selects: Predicate;
  readonly sink: WatchSink;
  /** What is not newer has been told, or was not asked for. */
  sentVersion: number;
  bookmarkAtMs: number;
  readonly endAtMs: number;
}

/** Creates a hub without watches. */
export function createWatchHub(store: WatchedStore): WatchHub {
  const watches = new Set<Watch>();
  const pending: { readonly resource: Resource; readonly change: Change }[] = [];
  let publishing = false;

  function drain(): void {
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      for (const watch of [...watches]) {
        if (isSameKind(watch.resource, next.resource)) tell(watch, next.change);
      }
    }
  }

  function end(watch: Watch): void {
    watches.delete(watch);
    watch.sink.end();
  }

  return {
    open(resource, query, sink, nowMs): () => void {
      const watch: Watch = {
        resource,
        selects: parseSelection(resource, query),
        sink,
        sentVersion: 0,
        bookmarkAtMs: nowMs + BOOKMARK_INTERVAL_MS,
        endAtMs: nowMs + query.timeoutSeconds * MS_PER_SECOND,
      };
      if (begin(watch, store, query)) watches.add(watch);
      return () => void watches.delete(watch);
    },
    publish(resource, change): void {
      pending.push({ resource, change });
      if (publishing) return;
      publishing = true;
      try {
        drain();
      } finally {
        publishing = false;
      }
    },
    step(nowMs): void {
      for (const watch of [...watches]) {
        if (nowMs >= watch.endAtMs) end(watch);
        else if (nowMs >= watch.bookmarkAtMs) {
          watch.bookmarkAtMs = nowMs + BOOKMARK_INTERVAL_MS;
          watch.sink.deliver(bookmark(watch.resource, store.version));
        }
      }
    },
    endAll(): void {
      for (const watch of [...watches]) end(watch);
    },
  };
}

function isSameKind(resource: Resource, other: Resource): boolean {
  return resource.plural === other.plural && resource.group === other.group;
}

/** Delivers what comes before the live events; false if the watch cannot begin where it was asked to. */
function begin(watch: Watch, store: WatchedStore, query: WatchQuery): boolean {
  const { resource, sink } = watch;
  const asked = parseVersion(query.resourceVersion) ?? 0;
  if (query.sendInitialEvents === true || asked === 0) {
    watch.sentVersion = store.version;
    for (const object of store.all(resource).filter(watch.selects)) {
      sink.deliver({ type: "ADDED", object });
    }
    if (query.sendInitialEvents === true) {
      sink.deliver(bookmark(resource, watch.sentVersion, INITIAL_EVENTS_END));
    }
    return true;
  }
  const changes = store.changesAfter(resource, asked);
  if (changes === undefined) {
    sink.deliver({ type: "ERROR", object: expiredStatus(asked, store.version) });
    sink.end();
    return false;
  }
  watch.sentVersion = asked;
  for (const change of changes) tell(watch, change);
  return true;
}

function tell(watch: Watch, change: Change): void {
  if (change.version <= watch.sentVersion) return;
  watch.sentVersion = change.version;
  const event = eventFor(watch.selects, change);
  if (event !== undefined) watch.sink.deliver(event);
}

/** To who selects, an object that begins or ceases to be selected comes and goes (`cacher.go`). */
function eventFor(selects: Predicate, change: Change): WatchEvent | undefined {
  const { object, previous } = change;
  const was = previous !== undefined && selects(previous);
  const is = change.type !== "DELETED" && selects(object);
  if (is) return { type: was ? "MODIFIED" : "ADDED", object };
  if (!was) return undefined;
  const resourceVersion = String(change.version);
  return { type: "DELETED", object: withMetadata(previous, { resourceVersion }) };
}

function bookmark(
  resource: Resource,
  version: number,
  annotations?: Readonly<Record<string, string>>,
): WatchEvent {
  const metadata = { resourceVersion: String(version), creationTimestamp: null };
  return {
    type: "BOOKMARK",
    object: {
      kind: resource.kind,
      apiVersion: apiVersionOf(resource),
      metadata: annotations === undefined ? metadata : { ...metadata, annotations },
    },
  };
}

function expiredStatus(asked: number, current: number): JsonObject {
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: `too old resource version: ${asked} (${current})`,
    reason: "Expired",
    code: 410,
  };
}
