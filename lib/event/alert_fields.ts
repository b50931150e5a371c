/**
 * What alerts add to StorageEvents: `spec.alert` and `status.alert`.
 *
 * @module
 */

import * as z from "zod";
import {
  integerSchema,
  objectNameSchema,
  textSchema,
  timestampSchema,
} from "../policy/schema_parts.ts";
import { formatTimestamp } from "../units/timestamp.ts";
import type { Role } from "../view/role.ts";
import type { AlertProgress, AlertSubject } from "./event.ts";
import { EVENT_MESSAGE_LENGTH_MAX, reasonSchema } from "./event_limits.ts";
import { optionalTime, reasonOrUnknown, timeAt } from "./parse_fields.ts";
import { clip, optional } from "./write_fields.ts";

/** A word, the name of an instance, and a role. */
const CAUSE_LENGTH_MAX = 512;

const REPEATS_MAX = 1_000_000_000;

const severitySchema = z.enum(["warning", "critical"]);

/** `spec.alert`. */
export const alertSpecSchema = z.object({
  cause: textSchema(
    CAUSE_LENGTH_MAX,
    "What is wrong, and with which volume. One incident of a cause is open at a time.",
  ),
  severity: severitySchema.meta({ description: "How much it weighed when it was raised." }),
  instance: objectNameSchema("The instance that it is about.").optional(),
}).meta({ description: "What an alert is about." });

/** `status.alert`. */
export const alertStatusSchema = z.object({
  severity: severitySchema.meta({ description: "How much it weighs." }),
  reason: reasonSchema("What is wrong, in one word of the product's vocabulary."),
  message: textSchema(EVENT_MESSAGE_LENGTH_MAX, "What is wrong, in a sentence."),
  repeats: integerSchema(0, REPEATS_MAX, "How often it came back before it was over."),
  firstRaisedTime: timestampSchema("When it was raised; escalation counts from here."),
  lastRaisedTime: timestampSchema("When it was last raised, or last changed in meaning."),
  absentTime: timestampSchema("Since when it is absent; it is over once that has lasted.")
    .nullable().optional(),
}).meta({ description: "How an alert stands." });

/** `spec.alert` of an alert. */
export function alertSpecOf(
  { cause, severity, instance }: AlertSubject,
): z.infer<typeof alertSpecSchema> {
  return { cause, severity, ...optional("instance", instance, (name) => name) };
}

/** `status.alert` of an alert. A time that shall go is null: a merge keeps what is left out. */
export function alertStatusOf(alert: AlertProgress): z.infer<typeof alertStatusSchema> {
  const { severity, reason, message, repeats, absentSinceMs } = alert;
  return {
    severity,
    reason,
    message: clip(message),
    repeats: Math.min(repeats, REPEATS_MAX),
    firstRaisedTime: formatTimestamp(alert.firstRaisedAtMs),
    lastRaisedTime: formatTimestamp(alert.lastRaisedAtMs),
    absentTime: absentSinceMs === undefined ? null : formatTimestamp(absentSinceMs),
  };
}

/** What a stored alert is about. */
export function parseAlertSpec(
  { cause, severity, instance }: z.infer<typeof alertSpecSchema>,
  role: Role | undefined,
): AlertSubject {
  return { cause, severity, instance, role };
}

/**
 * How a stored alert stands.
 *
 * @throws {SyntaxError} If a time cannot be read.
 */
export function parseAlertStatus(alert: z.infer<typeof alertStatusSchema>): AlertProgress {
  const { severity, reason, message, repeats } = alert;
  return {
    severity,
    reason: reasonOrUnknown(reason),
    message,
    repeats,
    firstRaisedAtMs: timeAt(alert.firstRaisedTime, "status.alert.firstRaisedTime"),
    lastRaisedAtMs: timeAt(alert.lastRaisedTime, "status.alert.lastRaisedTime"),
    absentSinceMs: optionalTime(alert.absentTime, "status.alert.absentTime"),
  };
}
