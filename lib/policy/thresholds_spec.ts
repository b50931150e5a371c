/**
 * When a volume counts as how full (PRD StoragePolicy `thresholds`).
 *
 * @module
 */

import * as z from "zod";
import { DAY, millis, MINUTE } from "../units/millis.ts";
import { durationSchema } from "./duration_schema.ts";
import { celRules, integerSchema, positiveSizeSchema } from "./schema_parts.ts";

/** The thresholds on pressure, each at most the next. */
export const THRESHOLDS_IN_ORDER = ["warning", "critical", "expansion", "emergency"] as const;

/** Sooner than the slowest source tells twice of a volume, nothing can be foretold. */
const TIME_TO_FULL_MS_MIN = millis(5 * MINUTE);

/** As long as the past is kept. */
const TIME_TO_FULL_MS_MAX = millis(7 * DAY);

/** When a volume counts as how full. */
export const thresholdsSpecSchema = z.object({
  warning: thresholdSchema("Pressure of a volume, in percent, from which a warning is raised."),
  critical: thresholdSchema("Pressure from which a critical alert is raised."),
  expansion: thresholdSchema("Pressure from which volumes grow."),
  emergency: thresholdSchema(
    "Pressure from which WAL is relieved, and from which cooldowns and maintenance windows no longer hold " +
      "an expansion back.",
  ),
  minFree: positiveSizeSchema(
    "Less free than this counts as reaching the expansion threshold, whatever the percentage.",
  ).optional(),
  timeToFull: durationSchema(
    "A volume that is going to be full sooner than this counts as reaching the expansion threshold, and as " +
      "reaching the emergency threshold where it would be full before an expansion usually ends. Only what " +
      "is foretold with at least medium confidence counts. Absent: not judged.",
    { minMs: TIME_TO_FULL_MS_MIN, maxMs: TIME_TO_FULL_MS_MAX, example: "2h" },
  ).optional(),
  inodes: integerSchema(1, 100, "Share of inodes in use, in percent, that counts as critical.")
    .optional(),
}).meta({
  description:
    "When a volume counts as how full. Levels may coincide; the more pressing one counts.",
  ...celRules(...thresholdOrderRules()),
});

function thresholdSchema(description: string): z.ZodOptional<z.ZodInt> {
  return integerSchema(1, 99, description).optional();
}

/** Each pair has its own rule, because any of the four may be absent. */
function thresholdOrderRules(): { rule: string; message: string }[] {
  return THRESHOLDS_IN_ORDER.flatMap((lower, index) =>
    THRESHOLDS_IN_ORDER.slice(index + 1).map((upper) => ({
      rule: `!has(self.${lower}) || !has(self.${upper}) || self.${lower} <= self.${upper}`,
      message: `${lower} must not be above ${upper}`,
    }))
  );
}
