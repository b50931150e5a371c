/**
 * Events between the server, which delivers at once, and a client, which reads when it gets to it.
 *
 * @module
 */

import type { WatchEvent } from "../../kube/api.ts";
import type { WatchSink } from "./api_server.ts";

/** The server gives up a client that lags behind by more: it ends the watch in good order (`cacher.go`). */
export const BUFFERED_EVENTS_MAX = 10_000;

/** A sink that can be read from. */
export interface WatchBuffer extends WatchSink {
  /** The next event; undefined once the watch has ended and everything is read. */
  next(): Promise<WatchEvent | undefined>;
  /** Begins to count what lags behind: the initial events do not. */
  startLimit(): void;
  /** Makes `next()` reject, whatever is buffered still. */
  fail(error: unknown): void;
}

interface Reader {
  resolve(event: WatchEvent | undefined): void;
  reject(error: unknown): void;
}

/** Creates an empty buffer for one reader. */
export function createWatchBuffer(): WatchBuffer {
  const events: WatchEvent[] = [];
  let limit = Infinity;
  let ended = false;
  let failure: { readonly error: unknown } | undefined;
  let reader: Reader | undefined;

  function wake(): void {
    const waiting = reader;
    if (waiting === undefined) return;
    if (failure === undefined && events.length === 0 && !ended) return;
    reader = undefined;
    if (failure !== undefined) waiting.reject(failure.error);
    else waiting.resolve(events.shift());
  }

  return {
    deliver(event): void {
      if (ended) return;
      if (events.length >= limit) ended = true;
      else events.push(event);
      wake();
    },
    end(): void {
      ended = true;
      wake();
    },
    fail(error): void {
      failure ??= { error };
      wake();
    },
    startLimit(): void {
      limit = events.length + BUFFERED_EVENTS_MAX;
    },
    next(): Promise<WatchEvent | undefined> {
      return new Promise((resolve, reject) => {
        reader = { resolve, reject };
        wake();
      });
    },
  };
}
