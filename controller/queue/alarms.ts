/**
 * One alarm for each key; of several, the earliest counts.
 *
 * @module
 */

import type { Clock } from "../../kube/clock.ts";

/** Alarms that are set. Times are on the monotonic clock. */
export interface Alarms {
  readonly size: number;
  has(key: string): boolean;
  /** Sets the alarm, or moves it forward; never back. */
  set(key: string, atMs: number): void;
  clear(key: string): void;
  clearAll(): void;
}

/** Timers hold no longer time than 2³¹ ms; a longer wait is made of several. */
const SLEEP_MS_MAX = 86_400_000;

/** Nobody sees it. One for all, because alarms are set and cleared with every report. */
const CLEARED = new Error("The alarm was cleared");

interface Alarm {
  readonly atMs: number;
  readonly disarm: AbortController;
}

/** Creates alarms that call `onAlarm` once each, never within `set`. */
export function createAlarms(clock: Clock, onAlarm: (key: string) => void): Alarms {
  const alarms = new Map<string, Alarm>();

  async function ring(key: string, { atMs, disarm }: Alarm): Promise<void> {
    do {
      const remainingMs = Math.max(0, atMs - clock.monotonic());
      await clock.sleep(Math.min(remainingMs, SLEEP_MS_MAX), disarm.signal);
    } while (clock.monotonic() < atMs);
    // The sleep may have ended in the same moment in which the alarm was cleared.
    if (disarm.signal.aborted) return;
    alarms.delete(key);
    onAlarm(key);
  }

  function clear(key: string): void {
    alarms.get(key)?.disarm.abort(CLEARED);
    alarms.delete(key);
  }

  return {
    get size(): number {
      return alarms.size;
    },
    has: (key) => alarms.has(key),
    set(key, atMs): void {
      const present = alarms.get(key);
      if (present !== undefined && present.atMs <= atMs) return;
      clear(key);
      const alarm = { atMs, disarm: new AbortController() };
      alarms.set(key, alarm);
      ring(key, alarm).catch((error: unknown) => {
        if (!alarm.disarm.signal.aborted) throw error;
      });
    },
    clear,
    clearAll(): void {
      for (const key of [...alarms.keys()]) clear(key);
    },
  };
}
