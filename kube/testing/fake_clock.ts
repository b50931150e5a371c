/**
 * A Clock that stands still until a test moves it.
 *
 * @module
 */

import { setImmediate } from "node:timers";

import type { Clock } from "../clock.ts";

/** A Clock under a test's control. */
export interface FakeClock extends Clock {
  /** Moves both clocks on, waking sleepers in the order of their times; resolves once all have reacted. */
  advance(durationMs: number): Promise<void>;
  /** Sets only the wall clock on or back, as an administrator or NTP would. */
  jump(durationMs: number): void;
  /** Remaining milliseconds of every sleeper, shortest first. */
  sleepers(): readonly number[];
}

interface Sleeper {
  readonly wakeAtMs: number;
  wake(): void;
}

/** 2026-01-01T00:00:00Z: any fixed instant does, as long as it differs from the monotonic clock's zero. */
const START_EPOCH_MS = 1_767_225_600_000;

/** Creates a clock that starts at `startMs` since the Unix epoch and moves only by `advance()`. */
export function createFakeClock(startMs: number = START_EPOCH_MS): FakeClock {
  let elapsedMs = 0;
  let offsetMs = startMs;
  const sleepers = new Set<Sleeper>();

  function next(untilMs: number): Sleeper | undefined {
    const due = [...sleepers].filter((sleeper) => sleeper.wakeAtMs <= untilMs);
    return due.sort((left, right) => left.wakeAtMs - right.wakeAtMs)[0];
  }

  return {
    now: () => offsetMs + elapsedMs,
    monotonic: () => elapsedMs,
    sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
      if (signal?.aborted) return Promise.reject(signal.reason);
      if (durationMs <= 0) return Promise.resolve();
      return new Promise((resolve, reject) => {
        function onAbort(): void {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        }
        const sleeper: Sleeper = {
          wakeAtMs: elapsedMs + durationMs,
          wake(): void {
            signal?.removeEventListener("abort", onAbort);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", onAbort, { once: true });
      });
    },
    async advance(durationMs: number): Promise<void> {
      const untilMs = elapsedMs + durationMs;
      await settle();
      for (let sleeper = next(untilMs); sleeper !== undefined; sleeper = next(untilMs)) {
        elapsedMs = Math.max(elapsedMs, sleeper.wakeAtMs);
        sleepers.delete(sleeper);
        sleeper.wake();
        await settle();
      }
      elapsedMs = untilMs;
    },
    jump(durationMs: number): void {
      offsetMs += durationMs;
    },
    sleepers: () =>
      [...sleepers].map((sleeper) => sleeper.wakeAtMs - elapsedMs).sort((a, b) => a - b),
  };
}

/** Lets every promise that can go on do so: a macrotask comes after all pending microtasks. */
export function settle(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
