/**
 * Whether the pictures of the API server can be trusted, and telling so.
 *
 * @module
 */

import type { Observer } from "../observe/observer.ts";
import type { Metrics } from "../serve/metrics.ts";

/** No watch may be silent for longer while something new is begun (DESIGN §3). */
export const HEARD_WITHIN_MS = 180_000;

/** What showing the health of the watches needs. */
export interface WatchHealthDependencies {
  readonly observer: Pick<Observer, "watches" | "unreadable">;
  readonly metrics: Pick<Metrics, "setSynced" | "errorOccurred">;
}

/**
 * Creates what brings the metrics of the watches up to date; it is called when they are about to be read. An
 * object that cannot be read is counted once, until it could be read again; the reflector has logged why.
 */
export function createWatchHealth({ observer, metrics }: WatchHealthDependencies): () => void {
  let counted: ReadonlySet<string> = new Set();
  return function showWatchHealth(): void {
    for (const { resource, synced, silentForMs } of observer.watches()) {
      const isHeard = silentForMs !== undefined && silentForMs <= HEARD_WITHIN_MS;
      metrics.setSynced(resource, synced && isHeard);
    }
    const unreadable = new Set(
      observer.unreadable().map(({ resource, key }) => `${resource}/${key}`),
    );
    for (const path of unreadable) {
      if (!counted.has(path)) metrics.errorOccurred("unreadable");
    }
    counted = unreadable;
  };
}
