/**
 * Who is told, and how often (PRD StoragePolicy `alerting`). Secrets are named here, never held.
 *
 * @module
 */

import * as z from "zod";
import { integerSchema, objectNameSchema, textSchema } from "./schema_parts.ts";

const CHANNELS_MAX = 16;
const ENDPOINT_LENGTH_MAX = 2048;
const CHANNEL_LENGTH_MAX = 256;
const ESCALATION_MINUTES_MAX = 7 * 24 * 60;

/** Kinds of channel. */
export const CHANNEL_TYPES = ["alertmanager", "slack", "pagerduty", "email", "webhook"] as const;

const channelSchema = z.object({
  type: z.enum(CHANNEL_TYPES).meta({ description: "What takes the alert." }),
  endpoint: z.string().max(ENDPOINT_LENGTH_MAX).regex(/^https?:\/\//).optional().meta({
    description:
      "Address of the receiver; the chart's where absent. Addresses that are secrets belong in " +
      "webhookSecret.",
  }),
  webhookSecret: objectNameSchema(
    "Name of a Secret in the policy's namespace that holds the address.",
  ).optional(),
  routingKeySecret: objectNameSchema(
    "Name of a Secret in the policy's namespace that holds the PagerDuty routing key.",
  ).optional(),
  channel: textSchema(CHANNEL_LENGTH_MAX, "Where in the receiver: a Slack channel, a mail address.")
    .optional(),
});

/** Who is told, and how often. */
export const alertingSpecSchema = z.object({
  channels: z.array(channelSchema).max(CHANNELS_MAX).optional().meta({
    description: "Receivers of alerts. A list replaces an inherited one as a whole.",
    "x-kubernetes-list-type": "atomic",
  }),
  suppressDuringRemediation: z.boolean().optional().meta({
    description: "Hold an alert back while an expansion or a cleanup for its cause is under way.",
  }),
  escalationMinutes: integerSchema(
    1,
    ESCALATION_MINUTES_MAX,
    "Alert again if the cause is still there after so many minutes.",
  ).optional(),
}).meta({ description: "Who is told, and how often." });
