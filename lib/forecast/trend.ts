/**
 * The trend of a scale: how fast its peaks rise from season to season.
 *
 * @module
 */

import { millis, SECOND } from "../units/millis.ts";
import { type Confidence, type Gap, type Growth, NO_GAP, unknownGrowth } from "./growth.ts";
import { bytesPerSecond } from "./rate.ts";
import type { LastKnown } from "./rate_state.ts";
import { type ScaleSettings, seasonMs } from "./scale.ts";
import { slotOf, type Slots, spanMs } from "./slots.ts";
import { meanOf, medianOf } from "./statistics.ts";

/** A trend is believed to go on for so many times as long as it was seen. */
const REACH_FACTOR = 4;

/** Fewer pairs of slots than this make no trend. */
const PAIRS_MIN = 4;

/** From so many seasons on, one of them may be left out at either end. */
const SEASONS_TO_TRIM = 4;

/** From so many seasons on, the height of a tooth is known. */
const SEASONS_FOR_TOOTH = 3;

/** A whole tooth is taken to rise in this share of a slot. */
const TOOTH_SLOTS = 0;

/** The error of the mean, as a share of it, up to which a trend deserves each confidence. */
const HIGH_ERROR_MAX = 0.15;
const MEDIUM_ERROR_MAX = 0.4;
const ERROR_MAX = 1;

/** With fewer slots filled than this share, the confidence is low, whatever they say. */
const COVERAGE_MIN = 0.6;

/**
 * The growth on a scale, as the trimmed mean of what the peaks rose from each slot to the one a season later.
 *
 * Peaks, so that the saw of checkpoints and vacuums does not count; a season apart, so that a pattern is
 * compared with itself; the season that rose most and the one that rose least left out, so that neither a bulk
 * load nor a dropped table is taken for a habit.
 */
export function trendOf(slots: Slots, settings: ScaleSettings, last: LastKnown): Growth {
  const slopes = seasonalSlopes(slots, settings).sort((first, second) => first - second);
  if (slopes.length < PAIRS_MIN) return unknownGrowth("TooFewSamples");
  const trimmed = trim(slopes, settings.seasonSlots);
  const mean = meanOf(trimmed);
  if (mean > 0 && meanOf(slopes) <= 0) return unknownGrowth("ToothLongerThanHistory");
  const error = errorOf(trimmed, mean, settings.seasonSlots);
  if (mean > 0 && error > ERROR_MAX * mean) return unknownGrowth("TooIrregular");
  const reachMs = millis(REACH_FACTOR * spanMs(slots));
  const gap = gapOf(slots, settings, last, Math.max(mean, 0));
  return {
    kind: "known",
    rate: bytesPerSecond(mean),
    gap,
    reachBytes: mean > 0 ? gap.bytes + mean * reachMs / SECOND : 0,
    reachMs,
    confidence: confidenceOf(slots, settings, mean > 0 ? error / mean : 0),
  };
}

/** Bytes per second between the peaks of each two slots that lie a season apart. */
function seasonalSlopes(slots: Slots, settings: ScaleSettings): number[] {
  const { peakAtMs, peakBytes } = slots;
  const slopes: number[] = [];
  let earlier = 0;
  for (let later = 0; later < peakAtMs.length; later += 1) {
    const laterAtMs = peakAtMs[later] ?? millis(0);
    const wanted = slotOf(laterAtMs, settings) - settings.seasonSlots;
    while (slotOf(peakAtMs[earlier] ?? laterAtMs, settings) < wanted) earlier += 1;
    const earlierAtMs = peakAtMs[earlier] ?? laterAtMs;
    if (slotOf(earlierAtMs, settings) !== wanted) continue;
    const rise = (peakBytes[later] ?? 0) - (peakBytes[earlier] ?? 0);
    slopes.push(rise * SECOND / (laterAtMs - earlierAtMs));
  }
  return slopes;
}

function trim(sorted: readonly number[], seasonSlots: number): readonly number[] {
  const count = sorted.length >= SEASONS_TO_TRIM * seasonSlots
    ? seasonSlots
    : Math.floor(sorted.length / SEASONS_TO_TRIM);
  return sorted.slice(count, sorted.length - count);
}

/** The standard error of the mean. Slopes within a season overlap, and count as one. */
function errorOf(slopes: readonly number[], mean: number, seasonSlots: number): number {
  const variance = meanOf(slopes.map((slope) => (slope - mean) ** 2));
  return Math.sqrt(variance / Math.max(slopes.length / seasonSlots, 1));
}

/**
 * How far the present lies below where the saw takes it: a usual tooth, less what was risen already.
 *
 * A tooth is what the volume falls from the peak of one slot to the low of the next, the deepest of each season
 * and the median of seasons: growth that never falls has none, and a volume that was just emptied for once is
 * not held against the peaks before.
 */
function gapOf(slots: Slots, settings: ScaleSettings, last: LastKnown, rate: number): Gap {
  const { seasonSlots, slotMs } = settings;
  const count = slots.peakBytes.length;
  const falls: number[] = [];
  for (let end = count - 1; end >= seasonSlots; end -= seasonSlots) {
    falls.push(deepestFall(slots, end - seasonSlots, end));
  }
  if (falls.length < SEASONS_FOR_TOOTH) return NO_GAP;
  const toothBytes = medianOf(falls);
  const startMs = slotOf(slots.peakAtMs[count - seasonSlots] ?? last.atMs, settings) * slotMs;
  const drift = rate * (last.atMs - startMs) / SECOND;
  const risen = last.usedBytes - Math.min(...slots.lowBytes.slice(-seasonSlots)) - drift;
  const gapBytes = toothBytes - Math.max(risen, 0);
  if (gapBytes <= 0) return NO_GAP;
  return { bytes: gapBytes, durationMs: millis(TOOTH_SLOTS * slotMs * gapBytes / toothBytes) };
}

function deepestFall({ peakBytes, lowBytes }: Slots, from: number, to: number): number {
  let deepest = 0;
  for (let slot = from; slot < to; slot += 1) {
    deepest = Math.max(deepest, (peakBytes[slot] ?? 0) - (lowBytes[slot + 1] ?? Infinity));
  }
  return deepest;
}

function confidenceOf(slots: Slots, settings: ScaleSettings, relativeError: number): Confidence {
  const span = spanMs(slots);
  const expected = span / settings.slotMs + 1;
  if (slots.peakAtMs.length < COVERAGE_MIN * expected) return "low";
  if (span < SEASONS_FOR_TOOTH * seasonMs(settings)) return "low";
  if (relativeError <= HIGH_ERROR_MAX) return "high";
  return relativeError <= MEDIUM_ERROR_MAX ? "medium" : "low";
}
