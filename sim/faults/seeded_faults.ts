/**
 * Faults drawn by chance.
 *
 * @module
 */

import type { Random } from "../../kube/clock.ts";
import type { Call, Fault, FaultPlan } from "./fault_plan.ts";

/** How often what goes wrong: shares of the calls, in 0..1, whose sum for a verb may not exceed 1. */
export interface FaultRates {
  /** Of all calls: 429 with `Retry-After`. */
  readonly tooManyRequests: number;
  /** Of all calls: 500 or 503, before anything took effect. */
  readonly serverErrors: number;
  /** Of all calls: the connection breaks before the request arrives. */
  readonly requestsLost: number;
  /** Of all calls but watches: the connection breaks after the request took effect. */
  readonly answersLost: number;
  /** Of all calls: the request arrives late, by up to {@link DELAY_MS_MAX}. */
  readonly delays: number;
  /** Of watches: the connection breaks after a few events. */
  readonly watchesCut: number;
  /** Of watches: nothing more is heard after a few events. */
  readonly watchesDeaf: number;
  /** Of watches: the history is forgotten, 410. */
  readonly watchesExpired: number;
}

/** Longer than a client's deadline of 10 s, so that some give up a request that arrives yet. */
export const DELAY_MS_MAX = 15_000;

/** Some watches break long after the initial events; most, by the cube of the lot, among the first. */
const EVENTS_BEFORE_BREAK_MAX = 40;

const RETRY_AFTER_SECONDS_MAX = 5;

/** A world in which most things go well. */
export const USUAL_FAULT_RATES: FaultRates = {
  tooManyRequests: 0.01,
  serverErrors: 0.01,
  requestsLost: 0.01,
  answersLost: 0.01,
  delays: 0.02,
  watchesCut: 0.2,
  watchesDeaf: 0.05,
  watchesExpired: 0.05,
};

interface Chance {
  readonly rate: number;
  draw(): Fault;
}

/**
 * Creates a plan that draws the fate of every call: two numbers a call, whatever comes of them.
 *
 * @throws {RangeError} if a rate is no share, or the rates of a verb are more than 1 together.
 */
export function createSeededFaults(random: Random, rates: FaultRates): FaultPlan {
  for (const verb of ["get", "watch"] as const) checkSum(verb, chancesFor(verb, rates, 0));
  return function planFault(call: Call): Fault | undefined {
    let lot = random();
    const extent = random();
    for (const { rate, draw } of chancesFor(call.verb, rates, extent)) {
      if (lot < rate) return draw();
      lot -= rate;
    }
    return undefined;
  };
}

function checkSum(verb: Call["verb"], chances: readonly Chance[]): void {
  const sum = chances.reduce((total, { rate }) => total + rate, 0);
  if (chances.every(({ rate }) => rate >= 0 && rate <= 1) && sum <= 1) return;
  throw new RangeError(
    `Cannot plan faults for ${verb}: expected rates of 0..1 that sum up to 1 at most, found ${sum}`,
  );
}

function chancesFor(verb: Call["verb"], rates: FaultRates, extent: number): readonly Chance[] {
  return [...chancesOfAll(rates, extent), ...chancesOfKind(verb, rates, extent)];
}

function chancesOfAll(rates: FaultRates, extent: number): readonly Chance[] {
  const retryAfterSeconds = 1 + Math.floor(extent * RETRY_AFTER_SECONDS_MAX);
  return [
    {
      rate: rates.tooManyRequests,
      draw: () => ({ kind: "refused", code: 429, reason: "TooManyRequests", retryAfterSeconds }),
    },
    {
      rate: rates.serverErrors,
      draw: () =>
        extent < 0.5
          ? { kind: "refused", code: 500, reason: "InternalError" }
          : { kind: "refused", code: 503, reason: "ServiceUnavailable" },
    },
    { rate: rates.requestsLost, draw: () => ({ kind: "request-lost" }) },
    {
      rate: rates.delays,
      draw: () => ({ kind: "delayed", durationMs: Math.ceil(extent * DELAY_MS_MAX) }),
    },
  ];
}

function chancesOfKind(verb: Call["verb"], rates: FaultRates, extent: number): readonly Chance[] {
  if (verb !== "watch") return [{ rate: rates.answersLost, draw: () => ({ kind: "answer-lost" }) }];
  const afterEvents = Math.floor(extent ** 3 * EVENTS_BEFORE_BREAK_MAX);
  return [
    { rate: rates.watchesCut, draw: () => ({ kind: "watch-cut", afterEvents }) },
    { rate: rates.watchesDeaf, draw: () => ({ kind: "watch-deaf", afterEvents }) },
    {
      rate: rates.watchesExpired,
      draw: () => ({ kind: "refused", code: 410, reason: "Expired" }),
    },
  ];
}
