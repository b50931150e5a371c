/**
 * The API server in memory with watches: what anybody stores, every watch delivers.
 *
 * @module
 */

import type {
  ApiError,
  JsonObject,
  KubeApi,
  ObjectName,
  Resource,
  WatchEvent,
  WatchQuery,
} from "../../../kube/api.ts";
import { createFakeKube, type FakeKube, metadataOf } from "../../testing/fake_kube.ts";

/** The server, and the hands of everybody else who writes to it. */
export interface LiveKube extends KubeApi, Omit<FakeKube, keyof KubeApi> {
  /** What a watch of a resource, by its plural, is answered with instead of objects. */
  readonly refusedWatches: Map<string, ApiError>;
  remove(resource: Resource, name: ObjectName): Promise<void>;
}

interface Subscriber {
  readonly plural: string;
  readonly pending: WatchEvent[];
  wake(): void;
}

/** A kind that nobody watches, for the sake of the server's counter. */
const TICKS: Resource = {
  group: "test",
  version: "v1",
  kind: "Tick",
  plural: "ticks",
  namespaced: false,
};

/** Creates an empty server. */
export function createLiveKube(): LiveKube {
  const kube = createFakeKube();
  const subscribers = new Set<Subscriber>();
  const refusedWatches = new Map<string, ApiError>();

  function tell(resource: Resource, event: WatchEvent): void {
    for (const subscriber of subscribers) {
      if (subscriber.plural !== resource.plural) continue;
      subscriber.pending.push(event);
      subscriber.wake();
    }
  }

  /** The newest version that the server has given out, and one more. */
  function tick(): JsonObject {
    const { resourceVersion } = metadataOf(kube.put(TICKS, { metadata: { name: "tick" } }));
    return { resourceVersion };
  }

  /** Tells what a call changed, also where its answer was lost. */
  async function watched<Result>(
    resource: Resource,
    name: ObjectName,
    work: () => Promise<Result>,
  ): Promise<Result> {
    const before = kube.peek(resource, name);
    try {
      return await work();
    } finally {
      const after = kube.peek(resource, name);
      if (after !== undefined && after !== before) {
        tell(resource, { type: before === undefined ? "ADDED" : "MODIFIED", object: after });
      } else if (before !== undefined && after === undefined) {
        const metadata = { ...metadataOf(before), ...tick() };
        tell(resource, { type: "DELETED", object: { ...before, metadata } });
      }
    }
  }

  async function* watch(
    resource: Resource,
    _query: WatchQuery,
    options?: { readonly signal?: AbortSignal | undefined },
  ): AsyncIterable<WatchEvent> {
    const signal = options?.signal;
    const refusal = refusedWatches.get(resource.plural);
    if (refusal !== undefined) throw refusal;
    const subscriber: Subscriber = { plural: resource.plural, pending: [], wake: () => {} };
    signal?.addEventListener("abort", () => subscriber.wake(), { once: true });
    for (const object of kube.all(resource)) subscriber.pending.push({ type: "ADDED", object });
    const annotations = { "k8s.io/initial-events-end": "true" };
    const metadata = { ...tick(), annotations };
    subscriber.pending.push({ type: "BOOKMARK", object: { metadata } });
    subscribers.add(subscriber);
    try {
      while (signal?.aborted !== true) {
        const event = subscriber.pending.shift();
        if (event === undefined) await new Promise<void>((resolve) => subscriber.wake = resolve);
        else yield event;
      }
    } finally {
      subscribers.delete(subscriber);
    }
  }

  return {
    ...kube,
    watch,
    refusedWatches,
    put(resource, object): JsonObject {
      const { namespace, name } = metadataOf(object);
      const id = { namespace: String(namespace ?? ""), name: String(name) };
      const type = kube.peek(resource, id) === undefined ? "ADDED" : "MODIFIED";
      const stored = kube.put(resource, object);
      tell(resource, { type, object: stored });
      return stored;
    },
    remove: (resource, name) => watched(resource, name, () => kube.delete(resource, name)),
    create(resource, object, options): Promise<JsonObject> {
      const name = String(metadataOf(object)["name"]);
      const id = { namespace: options?.namespace, name };
      return watched(resource, id, () => kube.create(resource, object, options));
    },
    patch: (resource, name, patch, options) =>
      watched(resource, name, () => kube.patch(resource, name, patch, options)),
    replace: () => Promise.reject(new TypeError("Cannot replace: expected patches only")),
    delete: (resource, name, options) =>
      watched(resource, name, () => kube.delete(resource, name, options)),
  };
}
