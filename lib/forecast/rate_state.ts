/**
 * What a forecast remembers of one volume: a fold over its samples, about 3 KB whatever their number.
 *
 * @module
 */

import { type Millis, millis } from "../units/millis.ts";
import type { SpaceAggregate } from "./aggregate.ts";
import type { Basis, SpaceSample } from "./sample.ts";
import { type Scale, SCALE_SETTINGS } from "./scale.ts";
import { NO_SLOTS, recordValue, type Slots } from "./slots.ts";

/** Plain data, without a clock: its time begins with the first fold and passes by what each fold says. */
export interface RateState {
  readonly clockMs: Millis;
  readonly last?: LastKnown | undefined;
  /** Added to what is measured, so that a change of the basis is not taken for growth. */
  readonly correctionBytes: number;
  readonly slots: Readonly<Record<Scale, Slots>>;
}

/** The last sample that was known. */
export interface LastKnown {
  readonly atMs: Millis;
  /** Corrected. */
  readonly usedBytes: number;
  readonly basis: Basis;
}

/** Nothing was seen yet. A volume that was replaced begins with it again. */
export const EMPTY_RATE_STATE: RateState = {
  clockMs: millis(0),
  correctionBytes: 0,
  slots: { minutes: NO_SLOTS, hour: NO_SLOTS, hours: NO_SLOTS, days: NO_SLOTS },
};

/**
 * Adds a sample.
 *
 * @param sinceMs The time since the sample before; a clock that was set back makes it negative, which counts
 *   as none having passed.
 */
export function foldSample(state: RateState, sample: SpaceSample, sinceMs: Millis): RateState {
  const clockMs = millis(state.clockMs + Math.max(sinceMs, 0));
  if (sample.kind === "unknown") return { ...state, clockMs };
  const correctionBytes = correctionFor(state, sample.basis, sample.usedBytes);
  const usedBytes = sample.usedBytes + correctionBytes;
  return {
    clockMs,
    correctionBytes,
    last: { atMs: clockMs, usedBytes, basis: sample.basis },
    slots: recordAll(state.slots, clockMs, usedBytes),
  };
}

/**
 * Adds an aggregate, as history keeps them of what is older than a day.
 *
 * @param sinceMs The time since the end of the aggregate or the sample before, to the end of this one.
 */
export function foldAggregate(
  state: RateState,
  aggregate: SpaceAggregate,
  sinceMs: Millis,
): RateState {
  const { minBytes, maxBytes, lastBytes, basis } = aggregate;
  let next = foldSample(state, { kind: "known", usedBytes: minBytes, basis }, sinceMs);
  for (const usedBytes of [maxBytes, lastBytes]) {
    next = foldSample(next, { kind: "known", usedBytes, basis }, millis(0));
  }
  return next;
}

function correctionFor({ last, correctionBytes }: RateState, basis: Basis, used: number): number {
  if (last === undefined || last.basis === basis) return correctionBytes;
  return last.usedBytes - used;
}

function recordAll(slots: RateState["slots"], atMs: Millis, usedBytes: number): RateState["slots"] {
  return {
    minutes: recordValue(slots.minutes, SCALE_SETTINGS.minutes, atMs, usedBytes),
    hour: recordValue(slots.hour, SCALE_SETTINGS.hour, atMs, usedBytes),
    hours: recordValue(slots.hours, SCALE_SETTINGS.hours, atMs, usedBytes),
    days: recordValue(slots.days, SCALE_SETTINGS.days, atMs, usedBytes),
  };
}
