/**
 * Keeps our requests from crowding the API server, and urgent ones from queueing behind others.
 *
 * @module
 */

import type { Lane } from "./api.ts";
import type { Clock } from "./clock.ts";
import { createGate, type Gate, type GateLimits, type GateState, type Permit } from "./gate.ts";

/** Lets requests pass, lane by lane. */
export interface Limiter {
  /**
   * Resolves when a request of `lane` may start; the permit is released when it has ended.
   * Rejects with `signal.reason` when aborted, and with an Error when the lane's queue is full or the
   * wait takes longer than the lane allows.
   */
  acquire(lane: Lane, signal?: AbortSignal): Promise<Permit>;
  /** What each limited lane is busy with. */
  state(): Readonly<Record<LimitedLane, GateState>>;
}

/** Lanes that wait at all. */
export type LimitedLane = Exclude<Lane, "lease">;

/**
 * Limits of the lanes, each with a bucket and connections of its own: nothing in the default lane can
 * make a volume wait, nor an agent whose token is unknown yet, as all are to a controller that has just begun.
 *
 * 100 clusters that cross their thresholds in the same second cost a dry-run and a PATCH each: 100 requests
 * at once from the burst, 100 more in 2 s. The rest of the 10 s (DESIGN §11) is for the server. All rates
 * together stay below what one ServiceAccount's flow gets from API Priority and Fairness when idle.
 */
export const LANE_LIMITS: Readonly<Record<LimitedLane, GateLimits>> = {
  volume: { ratePerSecond: 50, burst: 100, inFlightMax: 16, queueMax: 2_000, waitMsMax: 30_000 },
  identity: { ratePerSecond: 50, burst: 100, inFlightMax: 8, queueMax: 500, waitMsMax: 5_000 },
  default: { ratePerSecond: 50, burst: 100, inFlightMax: 8, queueMax: 2_000, waitMsMax: 60_000 },
};

/** A renewal comes every few seconds and decides who leads: it is never delayed, so there is no bucket. */
const FREE_PASS: Permit = { [Symbol.dispose](): void {} };

/** What a limiter is told when it is made. */
export interface LimiterOptions {
  readonly clock: Clock;
  /** Told of every request of a limited lane that may start, with the time that it waited. */
  readonly onPass?: ((lane: LimitedLane, waitedMs: number) => void) | undefined;
}

/** Creates a limiter; `limits` replaces those of {@link LANE_LIMITS}. */
export function createLimiter(
  { clock, onPass }: LimiterOptions,
  limits: Readonly<Record<LimitedLane, GateLimits>> = LANE_LIMITS,
): Limiter {
  const gates: Readonly<Record<LimitedLane, Gate>> = {
    volume: createGate("volume", limits.volume, clock),
    identity: createGate("identity", limits.identity, clock),
    default: createGate("default", limits.default, clock),
  };

  return {
    async acquire(lane: Lane, signal?: AbortSignal): Promise<Permit> {
      if (lane === "lease") return FREE_PASS;
      const startMs = clock.monotonic();
      const permit = await gates[lane].enter(signal);
      onPass?.(lane, clock.monotonic() - startMs);
      return permit;
    },
    state: () => ({
      volume: gates.volume.state(),
      identity: gates.identity.state(),
      default: gates.default.state(),
    }),
  };
}
