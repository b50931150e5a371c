/**
 * How a volume grows on one time scale.
 *
 * @module
 */

import { type Millis, millis } from "../units/millis.ts";
import type { BytesPerSecond } from "./rate.ts";

/** How much a forecast is worth. */
export type Confidence = "low" | "medium" | "high";

/** Why nothing is known of a volume's growth. */
export type GrowthUnknownReason =
  /** Fewer samples, or over a shorter time, than the scale needs. */
  | "TooFewSamples"
  /** The last known sample is older than a season of the scale. */
  | "StaleSample"
  /** Growth comes so unevenly that its mean says nothing. */
  | "TooIrregular"
  /** A single fall outweighs all growth that was seen: how often it comes, the history is too short to say. */
  | "ToothLongerThanHistory";

/** Growth on one scale. */
export type Growth =
  | { readonly kind: "unknown"; readonly reason: GrowthUnknownReason }
  | KnownGrowth;

/** Growth that was measured; that of zero or less is known too. */
export interface KnownGrowth {
  readonly kind: "known";
  readonly rate: BytesPerSecond;
  readonly gap: Gap;
  /** No more than this, gap included, is believed to be added at the rate: what was seen for a minute is not
   * foretold for a day. */
  readonly reachBytes: number;
  /** How far ahead the scale looks at all. */
  readonly reachMs: Millis;
  readonly confidence: Confidence;
}

/** How far the peaks to come lie above the present, and how long it takes there: the rest of a saw's tooth. */
export interface Gap {
  readonly bytes: number;
  readonly durationMs: Millis;
}

/** The present is a peak. */
export const NO_GAP: Gap = { bytes: 0, durationMs: millis(0) };

/** An unknown growth. */
export function unknownGrowth(reason: GrowthUnknownReason): Growth {
  return { kind: "unknown", reason };
}

/** Whether a confidence is no lower than another, as what acts on a forecast may ask. */
export function isConfident(confidence: Confidence, least: Confidence): boolean {
  return RANKS[confidence] >= RANKS[least];
}

const RANKS: Readonly<Record<Confidence, number>> = { low: 0, medium: 1, high: 2 };
