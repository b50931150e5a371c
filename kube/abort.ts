/**
 * Ending things early: signals that follow several others, and limits in time.
 *
 * @module
 */

import type { Clock } from "./clock.ts";

/** A signal of its own that is also aborted when one of its parents is. */
export interface AbortLink extends Disposable {
  readonly signal: AbortSignal;
  abort(reason: unknown): void;
}

/**
 * Creates a signal that follows `parents` until it is disposed.
 *
 * Unlike `AbortSignal.any` it leaves nothing behind at a parent that lives as long as the process:
 * thousands of requests an hour hang below such a signal.
 */
export function linkAbort(...parents: readonly (AbortSignal | undefined)[]): AbortLink {
  const controller = new AbortController();
  const followed = parents.filter((parent) => parent !== undefined);
  function onAbort(this: AbortSignal): void {
    controller.abort(this.reason);
  }
  for (const parent of followed) {
    if (parent.aborted) controller.abort(parent.reason);
    parent.addEventListener("abort", onAbort, { once: true });
  }
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    [Symbol.dispose](): void {
      for (const parent of followed) parent.removeEventListener("abort", onAbort);
    },
  };
}

/**
 * Settles as `work` does, or rejects with `signal.reason` as soon as `signal` is aborted: for work that
 * takes no signal and may hang for ever, such as reading a file of a dead volume. The work itself goes on.
 */
export function raceAbort<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    function onAbort(): void {
      reject(signal.reason);
    }
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

/** Calls back when nothing touched it for a time. */
export interface Watchdog extends Disposable {
  /** Starts the time anew. */
  touch(): void;
}

/** Nobody sees it. One for all, because making an error costs more than the call that the watchdog guards. */
const DISPOSED = new Error("The watchdog was disposed of");

/**
 * Starts a watchdog that calls `onExpire` once, after `limitMs` without a touch, unless disposed before.
 * One that is never touched is a deadline. Touching is cheap: no timer is set or cleared by it.
 */
export function startWatchdog(clock: Clock, limitMs: number, onExpire: () => void): Watchdog {
  const disposal = new AbortController();
  let touchedMs = clock.monotonic();
  async function watch(): Promise<void> {
    for (;;) {
      const remainingMs = limitMs - (clock.monotonic() - touchedMs);
      if (remainingMs <= 0) return onExpire();
      await clock.sleep(remainingMs, disposal.signal);
    }
  }
  watch().catch((error: unknown) => {
    if (!disposal.signal.aborted) throw error;
  });
  return {
    touch(): void {
      touchedMs = clock.monotonic();
    },
    [Symbol.dispose](): void {
      disposal.abort(DISPOSED);
    },
  };
}
