/**
 * A Clock that moves only when it is told to, however much time passes outside.
 *
 * @module
 */

import { setImmediate } from "node:timers";

import type { Clock } from "../../kube/clock.ts";
import { createWakeQueue, type Sleeper, type WakeQueue } from "./wake_queue.ts";

/** How time is to pass. */
export interface AdvanceOptions {
  /** Called at every instant once the clocks show it and before anybody wakes: the world moves first. */
  readonly beforeEach?: ((nowMs: number) => void) | undefined;
  /** Stops at every multiple of this duration since the start too; absent: only where somebody wakes. */
  readonly everyMs?: number | undefined;
}

/** A Clock under control. */
export interface SimulatedClock extends Clock {
  /**
   * Moves on, from instant to instant: sleepers of one instant wake in the order in which they went to sleep,
   * and all that follows from it has happened before the next instant comes.
   *
   * @throws {Error} If it is already moving: two callers would tear time apart.
   */
  advance(durationMs: number, options?: AdvanceOptions): Promise<void>;
  /** Remaining milliseconds of every sleeper, shortest first. */
  sleepers(): readonly number[];
}

/** What a clock starts with. */
export interface SimulatedClockOptions {
  /** Milliseconds since the Unix epoch. @default {2026-01-01T00:00:00Z} */
  readonly startMs?: number | undefined;
  /**
   * Waits until everybody who was woken sleeps again; by default for one turn of the event loop, which is
   * enough for whatever waits on promises alone.
   */
  readonly settle?: (() => Promise<void>) | undefined;
}

/** 2026-01-01T00:00:00Z. */
const START_MS = 1_767_225_600_000;

/** Creates a clock that stands still. */
export function createSimulatedClock(options: SimulatedClockOptions = {}): SimulatedClock {
  const { startMs = START_MS, settle = nextTurn } = options;
  const queue = createWakeQueue();
  let elapsedMs = 0;
  let moving = false;

  /** Sleepers that go to sleep while others of the instant wake belong to a later one. */
  function wakeDue(): boolean {
    let woken = false;
    for (
      let next = queue.first();
      next !== undefined && next.wakeAtMs <= elapsedMs;
      next = queue.first()
    ) {
      queue.take();
      next.wake();
      woken = true;
    }
    return woken;
  }

  async function passInstant(beforeEach: AdvanceOptions["beforeEach"]): Promise<void> {
    beforeEach?.(startMs + elapsedMs);
    await settle();
    while (wakeDue()) await settle();
  }

  function nextInstantMs(untilMs: number, everyMs: number | undefined): number {
    const wakeMs = queue.first()?.wakeAtMs ?? Infinity;
    const gridMs = everyMs === undefined
      ? Infinity
      : (Math.floor(elapsedMs / everyMs) + 1) * everyMs;
    return Math.min(untilMs, wakeMs, gridMs);
  }

  async function pass(durationMs: number, { beforeEach, everyMs }: AdvanceOptions): Promise<void> {
    const untilMs = elapsedMs + durationMs;
    await settle();
    while (elapsedMs < untilMs) {
      elapsedMs = Math.max(elapsedMs, nextInstantMs(untilMs, everyMs));
      await passInstant(beforeEach);
    }
  }

  return {
    now: () => startMs + elapsedMs,
    monotonic: () => elapsedMs,
    sleep: createSleep(queue, () => elapsedMs),
    async advance(durationMs: number, advanceOptions: AdvanceOptions = {}): Promise<void> {
      if (moving) throw new Error("Cannot advance the clock: expected it to stand still");
      moving = true;
      try {
        await pass(durationMs, advanceOptions);
      } finally {
        moving = false;
      }
    },
    sleepers: () =>
      queue.all().map(({ wakeAtMs }) => wakeAtMs - elapsedMs).toSorted((a, b) => a - b),
  };
}

function createSleep(queue: WakeQueue, elapsedMs: () => number): Clock["sleep"] {
  let sequence = 0;
  return function sleep(durationMs, signal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (durationMs <= 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      function onAbort(): void {
        queue.remove(sleeper);
        reject(signal?.reason);
      }
      const sleeper: Sleeper = {
        // Whole milliseconds, as timers have them.
        wakeAtMs: elapsedMs() + Math.ceil(durationMs),
        sequence: sequence++,
        wake(): void {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        },
      };
      queue.add(sleeper);
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  };
}

/** A turn of the event loop comes after all pending microtasks. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
