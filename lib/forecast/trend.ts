/**
 * The trend of a scale: how fast its peaks rise from season to season.
 *
 * @module
 */

import { type Millis, millis, SECOND } from "../units/millis.ts";
import {
  type Confidence,
  type Gap,
  type Growth,
  type GrowthUnknownReason,
  NO_GAP,
  unknownGrowth,
} from "./growth.ts";
import { bytesPerSecond } from "./rate.ts";
import type { LastKnown } from "./rate_state.ts";
import { type ScaleSettings, seasonMs } from "./scale.ts";
import { slotOf, type Slots, spanMs } from "./slots.ts";
import { meanOf, medianOf } from "./statistics.ts";

/** A trend is believed to go on for so many times as long as it was seen. */
const REACH_FACTOR = 4;

/** Fewer pairs of slots than this make no trend. */
const PAIRS_MIN = 4;

/** From so many seasons on, the height of a tooth is known. */
const SEASONS_FOR_TOOTH = 3;

/** A whole tooth is taken to rise in this share of a slot. */
const TOOTH_SLOTS = 0.5;

/** The error of the mean, as a share of it, up to which a trend deserves each confidence. */
const HIGH_ERROR_MAX = 0.15;
const MEDIUM_ERROR_MAX = 0.4;
const ERROR_MAX = 1;

/** With fewer slots filled than this share, the confidence is low, whatever they say. */
const COVERAGE_MIN = 0.6;

/**
 * The growth on a scale: the mean of what the peaks rose from each slot to the one a season later.
 *
 * Peaks, so that the saw of checkpoints and vacuums does not count; a season apart, so that a pattern is
 * compared with itself; winsorized, so that neither a bulk load nor a dropped table is taken for a habit; and
 * never more than was seen lately, so that what has ended is not foretold.
 */
export function trendOf(slots: Slots, settings: ScaleSettings, last: LastKnown): Growth {
  const slopes = seasonalSlopes(slots, settings);
  if (slopes.length < PAIRS_MIN) return unknownGrowth("TooFewSamples");
  const usual = winsorize(slopes, settings.seasonSlots);
  const recent = Math.max(...slopes.slice(-settings.pauseSeasons * settings.seasonSlots));
  const mean = Math.min(meanOf(usual), recent);
  const error = errorOf(usual, settings.seasonSlots);
  const toothBytes = usualTooth(slots, settings);
  const span = spanMs(slots);
  const reachMs = millis(REACH_FACTOR * span);
  const objection = mean > 0 ? objectionTo(mean, netRise(slots, settings), error) : undefined;
  if (objection !== undefined) {
    // What a week adds is lost in a single tooth: such a volume keeps its size.
    if (mean * span / SECOND <= toothBytes) return flatGrowth(reachMs);
    return unknownGrowth(objection);
  }
  const gap = gapOf(slots, settings, last, Math.max(mean, 0), toothBytes);
  return {
    kind: "known",
    rate: bytesPerSecond(mean),
    gap,
    reachBytes: mean > 0 ? gap.bytes + mean * reachMs / SECOND : 0,
    reachMs,
    confidence: confidenceOf(slots, settings, mean > 0 ? error / mean : 0),
  };
}

function objectionTo(
  mean: number,
  netRiseBytes: number,
  error: number,
): GrowthUnknownReason | undefined {
  if (netRiseBytes <= 0) return "ToothLongerThanHistory";
  return error > ERROR_MAX * mean ? "TooIrregular" : undefined;
}

function flatGrowth(reachMs: Millis): Growth {
  const rate = bytesPerSecond(0);
  return { kind: "known", rate, gap: NO_GAP, reachBytes: 0, reachMs, confidence: "low" };
}

/** Bytes per second between the peaks of each two slots that lie a season apart. */
function seasonalSlopes(slots: Slots, settings: ScaleSettings): readonly number[] {
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
  return withoutProvisional(slopes);
}

/** The peak of the newest slot may still rise: where it is low, it says nothing yet. */
function withoutProvisional(slopes: readonly number[]): readonly number[] {
  const isLow = (slopes.at(-1) ?? 0) < (slopes.at(-2) ?? -Infinity);
  return isLow ? slopes.slice(0, -1) : slopes;
}

/**
 * Takes the edge off what happened once: the season that rose most counts as the next one, and of the season
 * that rose least what fell counts as the least of the others. Rest counts as it is: days of rest are a habit.
 */
function winsorize(slopes: readonly number[], seasonSlots: number): Float64Array {
  const sorted = Float64Array.from(slopes).sort();
  // An event that begins in one slot and ends in the next shows in a season of slopes and one more.
  const count = Math.min(seasonSlots + 1, Math.floor((sorted.length - 1) / 2));
  const most = sorted[sorted.length - 1 - count] ?? 0;
  const least = Math.min(sorted[count] ?? 0, 0);
  return sorted.map((slope) => Math.min(Math.max(slope, least), most));
}

/** What the peaks rose from the first season to the last. */
function netRise({ peakBytes }: Slots, { seasonSlots }: ScaleSettings): number {
  return Math.max(...peakBytes.slice(-seasonSlots)) - Math.max(...peakBytes.slice(0, seasonSlots));
}

/** The standard error of the mean. Slopes within a season overlap, and count as one. */
function errorOf(slopes: Float64Array, seasonSlots: number): number {
  const mean = meanOf(slopes);
  const variance = meanOf(slopes.map((slope) => (slope - mean) ** 2));
  return Math.sqrt(variance / Math.max(slopes.length / seasonSlots, 1));
}

/**
 * What the volume falls from the peak of one slot to the low of the next, the deepest of each season and the
 * median of seasons: growth that never falls has no tooth, and one fall for once makes none. Zero where too
 * little was seen.
 */
function usualTooth(slots: Slots, { seasonSlots }: ScaleSettings): number {
  const falls: number[] = [];
  for (let end = slots.peakBytes.length - 1; end >= seasonSlots; end -= seasonSlots) {
    falls.push(deepestFall(slots, end - seasonSlots, end));
  }
  return falls.length < SEASONS_FOR_TOOTH ? 0 : medianOf(falls);
}

/** How far the present lies below where the saw takes it: a usual tooth, less what was risen already. */
function gapOf(
  slots: Slots,
  { seasonSlots, slotMs }: ScaleSettings,
  last: LastKnown,
  rate: number,
  toothBytes: number,
): Gap {
  if (toothBytes <= 0) return NO_GAP;
  const first = Math.max(slots.peakAtMs.length - seasonSlots, 0);
  const startMs = Math.floor((slots.peakAtMs[first] ?? last.atMs) / slotMs) * slotMs;
  const drift = rate * (last.atMs - startMs) / SECOND;
  const risen = last.usedBytes - Math.min(...slots.lowBytes.slice(first)) - drift;
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
