/**
 * Durations as policies have them: hours and minutes, such as `2h` or `1h30m`.
 *
 * Days are not a unit, because the API server's CEL knows none.
 *
 * @module
 */

import * as z from "zod";
import { HOUR, type Millis, millis, MINUTE } from "../units/millis.ts";
import { celRules } from "./schema_parts.ts";

const DURATION_LENGTH_MAX = 16;

const DURATION_PATTERN = /^([0-9]{1,5}h)?([0-9]{1,5}m)?$/;

/** Both ends are allowed. */
export interface DurationBounds {
  readonly minMs: Millis;
  readonly maxMs: Millis;
  /** A duration within the bounds, for the message. */
  readonly example: string;
}

/** A duration within bounds; the API server holds them too. */
export function durationSchema(description: string, bounds: DurationBounds): z.ZodString {
  const [least, most] = [writeDuration(bounds.minMs), writeDuration(bounds.maxMs)];
  const message = `must be a duration from ${least} to ${most}, such as ${bounds.example}`;
  return z.string().min(1).max(DURATION_LENGTH_MAX).regex(DURATION_PATTERN)
    .refine((text) => isWithin(readDuration(text), bounds), message)
    .meta({
      description,
      ...celRules({
        rule: `duration(self) >= duration('${least}') && duration(self) <= duration('${most}')`,
        message,
      }),
    });
}

/** What a duration comes to that {@link durationSchema} has accepted. */
export function readDuration(text: string): Millis {
  const [, hours = "0", minutes = "0"] = /^(?:([0-9]+)h)?(?:([0-9]+)m)?$/.exec(text) ?? [];
  return millis(Number(hours) * HOUR + Number(minutes) * MINUTE);
}

/** A duration as a policy has it; what is left of a minute is cut off. */
export function writeDuration(durationMs: Millis): string {
  const hours = Math.floor(durationMs / HOUR);
  const minutes = Math.floor(durationMs % HOUR / MINUTE);
  if (hours === 0) return `${minutes}m`;
  return minutes === 0 ? `${hours}h` : `${hours}h${minutes}m`;
}

function isWithin(durationMs: Millis, { minMs, maxMs }: DurationBounds): boolean {
  return durationMs >= minMs && durationMs <= maxMs;
}
