/**
 * When a volume is full, and how much it needs until then.
 *
 * @module
 */

import { type Bytes, bytes, isBytes } from "../units/bytes.ts";
import { type Millis, millis, SECOND } from "../units/millis.ts";
import type { Confidence, GrowthUnknownReason, KnownGrowth } from "./growth.ts";
import type { BytesPerSecond } from "./rate.ts";
import type { Rates } from "./rates.ts";
import { type Scale, SCALES } from "./scale.ts";

/** Why a volume is not going to be full. */
export type NotFullReason =
  /** It keeps its size. */
  | "NotGrowing"
  | "Shrinking"
  /** It grows, and would be full later than anything can be foretold. */
  | "BeyondReach";

/** The time until a volume is full: a time, none, or an honest "does not know". */
export type TimeToFull =
  | {
    readonly kind: "known";
    readonly timeToFullMs: Millis;
    /** The scale whose rate fills the volume first, and that rate. */
    readonly scale: Scale;
    readonly rate: BytesPerSecond;
    readonly confidence: Confidence;
  }
  /** It is not going to be full within `withinMs`. */
  | { readonly kind: "none"; readonly reason: NotFullReason; readonly withinMs: Millis }
  /** Nobody knows; only that it is not going to be full within `notBeforeMs`, which may be zero. */
  | {
    readonly kind: "unknown";
    readonly reason: GrowthUnknownReason;
    readonly notBeforeMs: Millis;
  };

/**
 * The time until `headroomBytes` are used up: the earliest that any scale foretells within its reach.
 *
 * More headroom never makes it shorter.
 */
export function timeToFull(headroomBytes: Bytes, rates: Rates): TimeToFull {
  let first: TimeToFull | undefined;
  let firstMs = Infinity;
  for (const scale of SCALES) {
    const growth = rates[scale];
    if (growth.kind === "unknown" || growth.rate <= 0 || headroomBytes > growth.reachBytes) {
      continue;
    }
    const timeToFullMs = timeFor(headroomBytes, growth);
    if (timeToFullMs >= firstMs) continue;
    const { rate, confidence } = growth;
    first = { kind: "known", timeToFullMs, scale, rate, confidence };
    firstMs = timeToFullMs;
  }
  return first ?? notFull(rates);
}

/** What a volume needs in a time: for target sizes, until the provider allows the next growth (DESIGN §5). */
export type BytesNeeded =
  | { readonly kind: "known"; readonly bytes: Bytes }
  /** Nothing is known of its growth over so long a time; `atLeastBytes` is what shorter scales foretell. */
  | {
    readonly kind: "unknown";
    readonly reason: GrowthUnknownReason;
    readonly atLeastBytes: Bytes;
  };

/**
 * How many bytes a volume needs until `durationMs` from now: those of the scale that needs most. With exactly
 * this headroom, {@link timeToFull} is not shorter than the duration.
 */
export function bytesNeededUntil(durationMs: Millis, rates: Rates): BytesNeeded {
  let most = 0;
  let covered = false;
  for (const scale of SCALES) {
    const growth = rates[scale];
    if (growth.kind === "unknown") continue;
    covered ||= growth.reachMs >= durationMs;
    if (growth.rate > 0) most = Math.max(most, neededAt(growth, Math.max(durationMs, 0)));
  }
  const needed = Math.ceil(most);
  const amount = bytes(isBytes(needed) ? needed : Number.MAX_SAFE_INTEGER);
  const { days } = rates;
  if (covered || days.kind === "known") return { kind: "known", bytes: amount };
  return { kind: "unknown", reason: days.reason, atLeastBytes: amount };
}

/** The time in which a growth adds so many bytes: the rest of the tooth at its own pace, then the trend. */
function timeFor(amountBytes: number, { gap, rate }: KnownGrowth): Millis {
  if (amountBytes < gap.bytes) return millis(gap.durationMs * amountBytes / gap.bytes);
  const durationMs = gap.durationMs + (amountBytes - gap.bytes) * SECOND / rate;
  return millis(Math.min(durationMs, Number.MAX_SAFE_INTEGER));
}

/** The bytes that a growth adds in a time, within its reach; the inverse of {@link timeFor}. */
function neededAt({ gap, rate, reachBytes }: KnownGrowth, durationMs: number): number {
  const added = durationMs < gap.durationMs
    ? gap.bytes * durationMs / gap.durationMs
    : gap.bytes + rate * (durationMs - gap.durationMs) / SECOND;
  return Math.min(added, reachBytes);
}

function notFull(rates: Rates): TimeToFull {
  const { days } = rates;
  if (days.kind === "known") {
    return { kind: "none", reason: notFullReason(days.rate), withinMs: days.reachMs };
  }
  let notBeforeMs = 0;
  for (const scale of SCALES) {
    const growth = rates[scale];
    if (growth.kind === "known") notBeforeMs = Math.max(notBeforeMs, growth.reachMs);
  }
  return { kind: "unknown", reason: days.reason, notBeforeMs: millis(notBeforeMs) };
}

function notFullReason(rate: BytesPerSecond): NotFullReason {
  if (rate > 0) return "BeyondReach";
  return rate < 0 ? "Shrinking" : "NotGrowing";
}
