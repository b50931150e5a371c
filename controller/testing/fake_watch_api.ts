/**
 * An API server in memory that can only be watched: what a test puts there, watches deliver.
 *
 * @module
 */

import type {
  JsonObject,
  KubeApi,
  ListPage,
  Resource,
  WatchEvent,
  WatchQuery,
} from "../../kube/api.ts";
import { isJsonObject } from "../../kube/json.ts";

/** The server, and the hands of everybody else who writes to it. */
export interface FakeWatchApi extends KubeApi {
  /** Stores an object under its namespace and name, with a new resourceVersion, and tells the watches. */
  put(resource: Resource, object: JsonObject): JsonObject;
  remove(resource: Resource, namespace: string, name: string): void;
  /** The queries of all watches, in the order of their opening, with the plural of the resource. */
  readonly queries: readonly (WatchQuery & { readonly plural: string })[];
}

interface Subscriber {
  readonly resource: Resource;
  readonly query: WatchQuery;
  readonly pending: WatchEvent[];
  wake(): void;
}

/** Creates a server without objects. */
export function createFakeWatchApi(): FakeWatchApi {
  const objects = new Map<string, { readonly resource: Resource; readonly object: JsonObject }>();
  const subscribers = new Set<Subscriber>();
  const queries: (WatchQuery & { readonly plural: string })[] = [];
  let version = 100;

  function tell(resource: Resource, event: WatchEvent): void {
    for (const subscriber of subscribers) {
      if (subscriber.resource.plural !== resource.plural) continue;
      if (!isInScope(event.object, subscriber.query)) continue;
      subscriber.pending.push(event);
      subscriber.wake();
    }
  }

  function put(resource: Resource, object: JsonObject): JsonObject {
    const path = pathOf(resource, object);
    const type = objects.has(path) ? "MODIFIED" : "ADDED";
    const stored = stamp(object, ++version);
    objects.set(path, { resource, object: stored });
    tell(resource, { type, object: stored });
    return stored;
  }

  function remove(resource: Resource, namespace: string, name: string): void {
    const path = `${resource.plural}/${namespace}/${name}`;
    const found = objects.get(path);
    if (found === undefined) return;
    objects.delete(path);
    tell(resource, { type: "DELETED", object: stamp(found.object, ++version) });
  }

  async function* watch(
    resource: Resource,
    query: WatchQuery,
    options?: { readonly signal?: AbortSignal | undefined },
  ): AsyncIterable<WatchEvent> {
    queries.push({ ...query, plural: resource.plural });
    const subscriber = subscribe(resource, query, options?.signal);
    for (const stored of objects.values()) {
      if (stored.resource.plural === resource.plural && isInScope(stored.object, query)) {
        subscriber.pending.push({ type: "ADDED", object: stored.object });
      }
    }
    subscriber.pending.push({ type: "BOOKMARK", object: endOfInitialEvents(version) });
    subscribers.add(subscriber);
    try {
      while (options?.signal?.aborted !== true) {
        const event = subscriber.pending.shift();
        if (event === undefined) await new Promise<void>((resolve) => subscriber.wake = resolve);
        else yield event;
      }
    } finally {
      subscribers.delete(subscriber);
    }
  }

  return {
    queries,
    put,
    remove,
    watch,
    list: (): Promise<ListPage> => unsupported("list"),
    get: () => unsupported("get"),
    create: () => unsupported("create"),
    patch: () => unsupported("patch"),
    replace: () => unsupported("replace"),
    delete: () => unsupported("delete"),
  };
}

function subscribe(
  resource: Resource,
  query: WatchQuery,
  signal: AbortSignal | undefined,
): Subscriber {
  const subscriber: Subscriber = { resource, query, pending: [], wake: () => {} };
  signal?.addEventListener("abort", () => subscriber.wake(), { once: true });
  return subscriber;
}

function unsupported(verb: string): Promise<never> {
  return Promise.reject(new TypeError(`Cannot ${verb}: this server can only be watched`));
}

function metadataOf(object: JsonObject): JsonObject {
  const metadata = object["metadata"];
  return isJsonObject(metadata) ? metadata : {};
}

function pathOf(resource: Resource, object: JsonObject): string {
  const { namespace, name } = metadataOf(object);
  return `${resource.plural}/${String(namespace ?? "")}/${String(name)}`;
}

function stamp(object: JsonObject, version: number): JsonObject {
  return { ...object, metadata: { ...metadataOf(object), resourceVersion: String(version) } };
}

function isInScope(object: JsonObject, query: WatchQuery): boolean {
  return query.namespace === undefined || metadataOf(object)["namespace"] === query.namespace;
}

function endOfInitialEvents(version: number): JsonObject {
  return {
    metadata: {
      resourceVersion: String(version),
      annotations: { "k8s.io/initial-events-end": "true" },
    },
  };
}
