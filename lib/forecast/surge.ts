/**
 * The surge of the last minutes: bursts of WAL, bulk loads.
 *
 * @module
 */

import { type Millis, millis, MINUTE, SECOND } from "../units/millis.ts";
import { type Confidence, type Growth, NO_GAP, unknownGrowth } from "./growth.ts";
import { bytesPerSecond } from "./rate.ts";
import type { Slots } from "./slots.ts";
import { largestBut, medianOf } from "./statistics.ts";

/** A surge is believed to add so many times what it has added already. */
const REACH_FACTOR = 4;

/** A surge is foretold for so many times what the scale looks back, twenty minutes, and no longer. */
const REACH_MS = millis(REACH_FACTOR * 20 * MINUTE);

/** The pace is that of these last minutes: after half of them a change is seen. */
const PACE_MS = millis(5 * MINUTE);

const SLOTS_MIN = 4;

/** A pace over a shorter time than this is noise. */
const SPAN_MIN_MS = millis(90 * SECOND);

/** Half-hours of which teeth are learnt: in the first minutes of a volume every tooth looks like a surge. */
const SLOTS_FOR_TEETH = 4;

/** Nine of ten pairs: what rises and falls in turn has no pace. */
const AGREEMENT_MIN = 0.9;

/** So many of the highest teeth of the half day before are left out: one event is not a habit. */
const ODD_TEETH = 1;

/**
 * The surge under way: its pace is the median slope between any two of the last minutes (Theil and Sen), and
 * it counts by as much as it has risen above what the teeth of the last half day rose: those ended by
 * themselves, and a rise that has not yet outgrown them may be another one.
 */
export function surgeOf(minutes: Slots, hours: Slots, usedBytes: number): Growth {
  const from = firstOfPace(minutes.peakAtMs);
  const count = minutes.peakAtMs.length - from;
  const spanMs = (minutes.peakAtMs.at(-1) ?? 0) - (minutes.peakAtMs[from] ?? 0);
  if (count < SLOTS_MIN || spanMs < SPAN_MIN_MS) return unknownGrowth("TooFewSamples");
  const slopes = slopesFrom(minutes, from);
  const rate = medianOf(slopes);
  const risenBytes = usedBytes - Math.min(...minutes.lowBytes);
  const newBytes = Math.max(risenBytes - usualTooth(hours), 0);
  const mostBytes = Math.max(rate, 0) * REACH_MS / SECOND;
  return {
    kind: "known",
    rate: bytesPerSecond(rate),
    gap: NO_GAP,
    reachBytes: Math.min(REACH_FACTOR * newBytes, mostBytes),
    reachMs: REACH_MS,
    confidence: confidenceOf(slopes, hours),
  };
}

function firstOfPace(peakAtMs: readonly Millis[]): number {
  const fromMs = (peakAtMs.at(-1) ?? 0) - PACE_MS;
  const first = peakAtMs.findIndex((atMs) => atMs >= fromMs);
  return Math.max(first, 0);
}

function slopesFrom({ peakAtMs, peakBytes }: Slots, from: number): number[] {
  const slopes: number[] = [];
  for (let later = from + 1; later < peakAtMs.length; later += 1) {
    for (let earlier = from; earlier < later; earlier += 1) {
      const rise = (peakBytes[later] ?? 0) - (peakBytes[earlier] ?? 0);
      slopes.push(rise * SECOND / ((peakAtMs[later] ?? 0) - (peakAtMs[earlier] ?? 0)));
    }
  }
  return slopes;
}

/** What the volume fell by itself, the odd event left out. Growth that never fell back makes no tooth. */
function usualTooth({ peakBytes, lowBytes }: Slots): number {
  const falls: number[] = [];
  for (let slot = 1; slot < peakBytes.length; slot += 1) {
    falls.push((peakBytes[slot - 1] ?? 0) - (lowBytes[slot] ?? Infinity));
  }
  return Math.max(largestBut(ODD_TEETH, falls), 0);
}

/** A pace that nearly every pair agrees on in sign is one, where it is known what teeth the volume has. */
function confidenceOf(slopes: readonly number[], hours: Slots): Confidence {
  if (hours.peakAtMs.length < SLOTS_FOR_TEETH) return "low";
  const rising = slopes.filter((slope) => slope > 0).length;
  return rising >= AGREEMENT_MIN * slopes.length ? "medium" : "low";
}
