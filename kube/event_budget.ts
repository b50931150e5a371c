/**
 * How much may be said of one object.
 *
 * @module
 */

import type { Clock } from "./clock.ts";

/** As client-go's spam filter: 25 at once, then one in five minutes. */
const BURST = 25;
const REFILL_MS = 300_000;

/** Objects that are remembered; the one spoken of longest ago is forgotten first, and with it its debt. */
const OBJECTS_MAX = 4_096;

/** Budgets of objects. */
export interface EventBudget {
  /** Takes one from the object's budget; false if it is spent. */
  take(uid: string): boolean;
}

interface Account {
  readonly tokens: number;
  readonly atMs: number;
}

/** Creates full budgets for every object. */
export function createEventBudget(clock: Pick<Clock, "monotonic">): EventBudget {
  const accounts = new Map<string, Account>();
  return {
    take(uid): boolean {
      const nowMs = clock.monotonic();
      const account = accounts.get(uid) ?? { tokens: BURST, atMs: nowMs };
      const refilled = Math.min(BURST, account.tokens + (nowMs - account.atMs) / REFILL_MS);
      const isGranted = refilled >= 1;
      accounts.delete(uid);
      accounts.set(uid, { tokens: isGranted ? refilled - 1 : refilled, atMs: nowMs });
      if (accounts.size > OBJECTS_MAX) accounts.delete(accounts.keys().next().value ?? uid);
      return isGranted;
    },
  };
}
