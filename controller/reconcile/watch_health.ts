/**
 * Whether the pictures of the API server can be trusted.
 *
 * @module
 */

import type { Observer } from "../observe/observer.ts";
import type { Metrics } from "../serve/metrics.ts";
import type { WatchHealth } from "../serve/runtime_metrics.ts";

/** No watch may be silent for longer while something new is begun (DESIGN §3). */
export const HEARD_WITHIN_MS = 180_000;

/** What reading the health of the watches needs. */
export interface WatchHealthDependencies {
  readonly observer: Pick<Observer, "watches" | "unreadable">;
  readonly metrics: Pick<Metrics, "errorOccurred">;
}

/**
 * Creates what reads the health of the watches; it is called when metrics are about to be read. An object that
 * cannot be read is counted once, until it could be read again; the reflector has logged why.
 */
export function createWatchHealth(
  { observer, metrics }: WatchHealthDependencies,
): () => readonly WatchHealth[] {
  let counted: ReadonlySet<string> = new Set();
  return function readWatchHealth(): readonly WatchHealth[] {
    const unreadable = observer.unreadable();
    const paths = new Set(unreadable.map(({ resource, key }) => `${resource}/${key}`));
    for (const path of paths) {
      if (!counted.has(path)) metrics.errorOccurred("unreadable");
    }
    counted = paths;
    return observer.watches().map((watch): WatchHealth => ({
      resource: watch.resource,
      synced: watch.synced && watch.silentForMs !== undefined &&
        watch.silentForMs <= HEARD_WITHIN_MS,
      silentForMs: watch.silentForMs,
      relists: watch.relists,
      failures: watch.failures,
      unreadable: unreadable.filter(({ resource }) => resource === watch.resource).length,
    }));
  };
}
