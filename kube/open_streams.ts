/**
 * Streams that are being read, and which of them to give up when the way to the server seems dead.
 *
 * @module
 */

import type { Clock } from "./clock.ts";

/** One stream that is being read. */
export interface OpenStream extends Disposable {
  /** Something came. */
  touch(): void;
}

/** The streams of one client. */
export interface OpenStreams {
  /** Counts a stream in until it is disposed. `giveUp` is called at most once, and ends it. */
  add(giveUp: () => void): OpenStream;
  /**
   * Gives up every stream that has brought nothing since `sinceMs` (monotonic): a connection that dies without
   * a word takes its neighbours with it (a balancer, a node's connection tracking), and a watch on which
   * nothing happens cannot be told from a dead one.
   */
  giveUpSilentSince(sinceMs: number): void;
}

/** Creates an {@link OpenStreams} without streams. */
export function createOpenStreams(clock: Clock): OpenStreams {
  const streams = new Map<symbol, { heardMs: number; readonly giveUp: () => void }>();
  return {
    add(giveUp: () => void): OpenStream {
      const key = Symbol("stream");
      const stream = { heardMs: clock.monotonic(), giveUp };
      streams.set(key, stream);
      return {
        touch(): void {
          stream.heardMs = clock.monotonic();
        },
        [Symbol.dispose](): void {
          streams.delete(key);
        },
      };
    },
    giveUpSilentSince(sinceMs: number): void {
      for (const [key, { heardMs, giveUp }] of [...streams]) {
        if (heardMs > sinceMs) continue;
        streams.delete(key);
        giveUp();
      }
    },
  };
}
