/**
 * One picture of a resource over the namespaces that are watched.
 *
 * @module
 */

import type { JsonObject, Resource } from "../../kube/api.ts";
import { createReflector, type Reflector, type ReflectorOptions } from "../../kube/reflector.ts";
import type { WatchFailure } from "../../kube/watch_failure.ts";
import { readMetadata } from "./metadata.ts";

/** What a {@link ScopedReflector} is told when it is made. */
export interface ScopedReflectorOptions<T> extends Omit<ReflectorOptions<T>, "selection" | "key"> {
  readonly labelSelector?: string | undefined;
  /** Namespaces that are watched, one watch for each; none: all of them with one watch. */
  readonly namespaces: readonly string[];
}

/** Why a picture is not kept up to date. */
export interface WatchTrouble extends WatchFailure {
  /** The namespace whose watch fails; absent: that of all of them, or of a resource without namespaces. */
  readonly namespace?: string | undefined;
}

/** What all pictures have in common, whatever they show. */
export interface Picture {
  readonly resource: Resource;
  /** Plural of the resource. */
  readonly plural: string;
  /** Keeps the picture up to date until `signal` is aborted, and resolves then. */
  run(signal: AbortSignal): Promise<void>;
  synced(): boolean;
  /** The longest silence of any watch, on the monotonic clock; undefined before all were heard. */
  silentForMs(): number | undefined;
  /** Whole states that were taken, over all watches. */
  relists(): number;
  /** Failures over all watches. */
  failures(): number;
  /** What keeps the first failing watch from going on; undefined while all go on. */
  trouble(): WatchTrouble | undefined;
  /** Keys of objects whose latest state cannot be read; their last readable state stays. */
  unreadable(): readonly string[];
  /** Folds in the answer to a write of our own. */
  observe(object: JsonObject): void;
}

/** A picture of one resource. Keys are `NAMESPACE/NAME`, or `NAME` for cluster-scoped objects. */
export interface ScopedReflector<T> extends Picture {
  get(key: string): T | undefined;
  list(): readonly T[];
}

/** Creates a picture that shows nothing yet. */
export function createScopedReflector<T>(
  options: ScopedReflectorOptions<T>,
): ScopedReflector<T> {
  const { namespaces, labelSelector, ...shared } = options;
  const scopes: readonly (string | undefined)[] =
    options.resource.namespaced && namespaces.length > 0 ? [...new Set(namespaces)] : [undefined];
  const reflectors = new Map(
    scopes.map((namespace): [string | undefined, Reflector<T>] => [
      namespace,
      createReflector({ ...shared, selection: { namespace, labelSelector } }),
    ]),
  );

  function reflectorOf(namespace: string | undefined): Reflector<T> | undefined {
    return reflectors.get(namespace) ?? reflectors.get(undefined);
  }

  function total(count: "relists" | "restarts"): number {
    return [...reflectors.values()].reduce((sum, one) => sum + one.state()[count], 0);
  }

  return {
    resource: options.resource,
    plural: options.resource.plural,
    async run(signal): Promise<void> {
      await Promise.all([...reflectors.values()].map((reflector) => reflector.run(signal)));
    },
    synced: () => [...reflectors.values()].every((reflector) => reflector.state().synced),
    silentForMs: () => longestSilence([...reflectors.values()]),
    relists: () => total("relists"),
    failures: () => total("restarts"),
    trouble: () => firstTrouble(reflectors),
    unreadable: () => [...reflectors.values()].flatMap((one) => [...one.state().unreadable]),
    get: (key) => reflectorOf(key.includes("/") ? key.split("/")[0] : undefined)?.get(key),
    list: () => [...reflectors.values()].flatMap((reflector) => [...reflector.list()]),
    observe(object): void {
      const { record } = readMetadata(options.resource.kind, object);
      reflectorOf(record.namespace === "" ? undefined : record.namespace)?.observe(object);
    },
  };
}

function firstTrouble<T>(
  reflectors: ReadonlyMap<string | undefined, Reflector<T>>,
): WatchTrouble | undefined {
  for (const [namespace, reflector] of reflectors) {
    const { failure } = reflector.state();
    if (failure !== undefined) return { ...failure, namespace };
  }
  return undefined;
}

function longestSilence<T>(reflectors: readonly Reflector<T>[]): number | undefined {
  const silences = reflectors.map((reflector) => reflector.state().silentForMs);
  const known = silences.filter((silence) => silence !== undefined);
  return known.length === silences.length ? Math.max(0, ...known) : undefined;
}
