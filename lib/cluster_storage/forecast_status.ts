/**
 * What a ClusterStorage says of how a volume fills up.
 *
 * @module
 */

import * as z from "zod";
import type { Forecast } from "../forecast/forecast.ts";
import type { Growth } from "../forecast/growth.ts";
import type { TimeToFull } from "../forecast/time_to_full.ts";
import { integerSchema, textSchema } from "../policy/schema_parts.ts";
import { DAY, HOUR, type Millis, millis, MINUTE, SECOND } from "../units/millis.ts";

const REASON_LENGTH_MAX = 128;

/** Longest time: what a scale of seven days may foretell has two digits, and room. */
const TIME_PATTERN = /^(none|unknown|[0-9]{1,6}[mhd])$/;

const TIME_LENGTH_MAX = 8;

const UNITS = [["d", DAY], ["h", HOUR], ["m", MINUTE]] as const;

/** Below three of a unit the smaller one tells more: 71h, and then 3d. */
const UNIT_COUNT_MIN = 3;

const CONFIDENCES = ["low", "medium", "high"] as const;

/** A time to full: whole minutes, hours or days, or that there is none, or that nobody knows. */
export function timeToFullSchema(description: string): z.ZodString {
  return z.string().max(TIME_LENGTH_MAX).regex(TIME_PATTERN).meta({ description });
}

/** The fields of a volume's status that tell of its future; all absent where nothing is known of its past. */
export const forecastStatusFields = {
  timeToFull: timeToFullSchema(
    "When the volume is full at the rate at which it fills: 41m, 20h, 5d; none where it is not going to be; " +
      "unknown where nobody knows.",
  ).optional(),
  timeToFullConfidence: z.enum(CONFIDENCES).optional().meta({
    description: "How much timeToFull is worth; absent where there is none.",
  }),
  timeToFullReason: textSchema(
    REASON_LENGTH_MAX,
    "Why timeToFull is none or unknown, in one word.",
  ).optional(),
  growthBytesPerHour: growthSchema("The rate that timeToFull goes by."),
  fastGrowthBytesPerHour: growthSchema("The rate of the last minutes."),
  slowGrowthBytesPerHour: growthSchema("The rate of the last days."),
  expansionTime: textSchema(
    TIME_LENGTH_MAX,
    "How long volumes of its StorageClass usually take to grow, as seen.",
  ).optional(),
};

/** What the fields say. */
export type ForecastStatus = z.infer<z.ZodObject<typeof forecastStatusFields>>;

function growthSchema(description: string): z.ZodOptional<z.ZodInt> {
  return integerSchema(
    Number.MIN_SAFE_INTEGER,
    Number.MAX_SAFE_INTEGER,
    `${description} Negative where the volume empties; absent where it is not known.`,
  ).optional();
}

/** Says what is foretold of a volume. */
export function forecastStatus(
  forecast: Forecast | undefined,
  expansionTimeMs: Millis | undefined,
): ForecastStatus {
  return {
    ...(forecast === undefined ? {} : {
      ...timeToFullStatus(forecast.timeToFull),
      ...growthStatus("fastGrowthBytesPerHour", forecast.rates.minutes),
      ...growthStatus("slowGrowthBytesPerHour", forecast.rates.days),
    }),
    ...(expansionTimeMs === undefined ? {} : { expansionTime: secondsText(expansionTimeMs) }),
  };
}

/** A time to full as it stands in a status. */
export function timeToFullText(timeToFull: TimeToFull): string {
  return timeToFull.kind === "known" ? timeText(timeToFull.timeToFullMs) : timeToFull.kind;
}

/** The time that a text says; undefined for none and for unknown. */
export function readTimeToFull(text: string): Millis | undefined {
  const [, count, name] = /^([0-9]+)([mhd])$/.exec(text) ?? [];
  const unitMs = UNITS.find(([unit]) => unit === name)?.[1];
  return unitMs === undefined ? undefined : millis(Number(count) * unitMs);
}

/** The soonest of several; where none is known, nobody knows if one of them is not known. */
export function soonest(times: readonly string[]): string | undefined {
  const known = times
    .map((text) => ({ text, timeMs: readTimeToFull(text) ?? Infinity }))
    .sort((first, second) => first.timeMs - second.timeMs);
  const [first] = known;
  if (first === undefined || first.timeMs < Infinity) return first?.text;
  return times.includes("unknown") ? "unknown" : "none";
}

function timeToFullStatus(timeToFull: TimeToFull): ForecastStatus {
  const text = timeToFullText(timeToFull);
  if (timeToFull.kind !== "known") return { timeToFull: text, timeToFullReason: timeToFull.reason };
  const { confidence, rate } = timeToFull;
  return {
    timeToFull: text,
    timeToFullConfidence: confidence,
    growthBytesPerHour: hourly(rate),
  };
}

function growthStatus(
  field: "fastGrowthBytesPerHour" | "slowGrowthBytesPerHour",
  growth: Growth,
): ForecastStatus {
  return growth.kind === "unknown" ? {} : { [field]: hourly(growth.rate) };
}

/** Rounded down: nobody has more time than is told. */
function timeText(timeMs: Millis): string {
  for (const [name, unitMs] of UNITS) {
    if (timeMs >= UNIT_COUNT_MIN * unitMs || name === "m") {
      return `${Math.floor(timeMs / unitMs)}${name}`;
    }
  }
  return "0m";
}

function secondsText(timeMs: Millis): string {
  return timeMs < UNIT_COUNT_MIN * MINUTE ? `${Math.ceil(timeMs / SECOND)}s` : timeText(timeMs);
}

function hourly(rate: number): number {
  const amount = Math.round(rate * HOUR / SECOND);
  return Math.min(Math.max(amount, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
}
