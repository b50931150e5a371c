/**
 * The rates of a volume on every time scale.
 *
 * @module
 */

import { type Millis, millis, MINUTE } from "../units/millis.ts";
import { type Growth, isConfident, unknownGrowth } from "./growth.ts";
import type { LastKnown, RateState } from "./rate_state.ts";
import { type Scale, SCALE_SETTINGS, seasonMs } from "./scale.ts";
import { surgeOf } from "./surge.ts";
import { trendOf } from "./trend.ts";

/** The growth on each scale: `minutes` is the fast rate, `days` the slow one. */
export type Rates = Readonly<Record<Scale, Growth>>;

/** Two rounds of the slowest source may fail before a pace of minutes is out of date. */
const SURGE_STALE_MS = millis(5 * MINUTE);

/**
 * The rates of a volume as they are now. Bounded: 10 to 20 µs, whatever the number of samples.
 *
 * @param sinceMs The time since the last fold.
 */
export function ratesOf(state: RateState, sinceMs: Millis = millis(0)): Rates {
  const { last, slots } = state;
  if (last === undefined) {
    const none = unknownGrowth("TooFewSamples");
    return { minutes: none, hour: none, hours: none, days: none };
  }
  const ageMs = millis(state.clockMs + Math.max(sinceMs, 0) - last.atMs);
  return {
    minutes: ageMs > SURGE_STALE_MS
      ? unknownGrowth("StaleSample")
      : surgeOf(slots.minutes, slots.hours, last.usedBytes),
    hour: freshTrend(state, "hour", last, ageMs),
    hours: freshTrend(state, "hours", last, ageMs),
    days: freshTrend(state, "days", last, ageMs),
  };
}

/** Rates of which every one that deserves less than medium confidence is unknown, for what acts on them. */
export function confidentRates(rates: Rates): Rates {
  return {
    minutes: confident(rates.minutes),
    hour: confident(rates.hour),
    hours: confident(rates.hours),
    days: confident(rates.days),
  };
}

function confident(growth: Growth): Growth {
  if (growth.kind === "unknown" || isConfident(growth.confidence, "medium")) return growth;
  return unknownGrowth("TooIrregular");
}

function freshTrend(state: RateState, scale: Scale, last: LastKnown, ageMs: Millis): Growth {
  const settings = SCALE_SETTINGS[scale];
  if (ageMs > seasonMs(settings)) return unknownGrowth("StaleSample");
  return trendOf(state.slots[scale], settings, last);
}
