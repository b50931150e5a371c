/**
 * A token bucket with a bound on what is in flight and a bounded queue before it.
 *
 * @module
 */

import { linkAbort, startWatchdog } from "./abort.ts";
import type { Clock } from "./clock.ts";

/** What a gate lets through. */
export interface GateLimits {
  readonly ratePerSecond: number;
  /** Requests that may pass at once after a quiet time. */
  readonly burst: number;
  readonly inFlightMax: number;
  /** Who comes when so many wait is turned away. */
  readonly queueMax: number;
  readonly waitMsMax: number;
}

/** The right to have one request in flight, until it is disposed. */
export type Permit = Disposable;

/** What a gate is busy with. */
export interface GateState {
  readonly inFlight: number;
  readonly queued: number;
}

/** Admits requests in the order of their coming. */
export interface Gate {
  enter(signal?: AbortSignal): Promise<Permit>;
  state(): GateState;
}

const MS_PER_SECOND = 1_000;

/** Refills add fractions; a token that is missing by less than this is there. */
const TOKEN_TOLERANCE = 1e-9;

/** Creates a gate with a full bucket and nothing in flight. `name` stands in messages. */
export function createGate(name: string, limits: GateLimits, clock: Clock): Gate {
  const bucket = createBucket(limits, clock);
  const queue: ((permit: Permit) => void)[] = [];
  let inFlight = 0;
  let waking = false;

  function createPermit(): Permit {
    let held = true;
    return {
      [Symbol.dispose](): void {
        if (!held) return;
        held = false;
        inFlight--;
        pump();
      },
    };
  }

  function pump(): void {
    while (queue.length > 0 && inFlight < limits.inFlightMax && bucket.take()) {
      inFlight++;
      queue.shift()?.(createPermit());
    }
    if (queue.length > 0 && inFlight < limits.inFlightMax && !waking) {
      waking = true;
      clock.sleep(bucket.nextMs()).then(() => {
        waking = false;
        pump();
      });
    }
  }

  return {
    async enter(signal?: AbortSignal): Promise<Permit> {
      signal?.throwIfAborted();
      if (queue.length >= limits.queueMax) {
        throw new Error(
          `Cannot queue in lane ${name}: expected fewer than ${queue.length} waiting`,
        );
      }
      if (queue.length === 0 && inFlight < limits.inFlightMax && bucket.take()) {
        inFlight++;
        return createPermit();
      }
      return await wait(signal);
    },
    state: () => ({ inFlight, queued: queue.length }),
  };

  async function wait(signal: AbortSignal | undefined): Promise<Permit> {
    using link = linkAbort(signal);
    using _limit = startWatchdog(clock, limits.waitMsMax, () => {
      link.abort(new Error(`Cannot pass lane ${name}: no turn came in ${limits.waitMsMax} ms`));
    });
    return await new Promise<Permit>((resolve, reject) => {
      queue.push(resolve);
      link.signal.addEventListener("abort", () => {
        const index = queue.indexOf(resolve);
        if (index >= 0) queue.splice(index, 1);
        reject(link.signal.reason);
      }, { once: true });
      pump();
    });
  }
}

interface Bucket {
  /** Takes a token if there is one. */
  take(): boolean;
  /** Time until there is one. */
  nextMs(): number;
}

function createBucket(limits: GateLimits, clock: Clock): Bucket {
  let tokens = limits.burst;
  let refilledMs = clock.monotonic();
  function refill(): void {
    const nowMs = clock.monotonic();
    const gained = (nowMs - refilledMs) / MS_PER_SECOND * limits.ratePerSecond;
    tokens = Math.min(limits.burst, tokens + gained);
    refilledMs = nowMs;
  }
  return {
    take(): boolean {
      refill();
      if (tokens < 1 - TOKEN_TOLERANCE) return false;
      tokens = Math.max(0, tokens - 1);
      return true;
    },
    nextMs: () => Math.max(1, (1 - tokens) / limits.ratePerSecond * MS_PER_SECOND),
  };
}
