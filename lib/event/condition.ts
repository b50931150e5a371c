/**
 * Conditions as they stand in the status of a custom resource (`metav1.Condition`).
 *
 * @module
 */

import * as z from "zod";
import { integerSchema, textSchema, timestampSchema } from "../policy/schema_parts.ts";
import type { Millis } from "../units/millis.ts";
import { formatTimestamp } from "../units/timestamp.ts";
import type { Condition } from "./event.ts";

const TYPE_LENGTH_MAX = 316;
const REASON_LENGTH_MAX = 1024;
const MESSAGE_LENGTH_MAX = 32_768;
const CONDITIONS_MAX = 32;

const conditionSchema = z.object({
  type: textSchema(TYPE_LENGTH_MAX, "What the condition is about."),
  status: z.enum(["True", "False", "Unknown"]).meta({ description: "Whether it holds." }),
  reason: textSchema(REASON_LENGTH_MAX, "Why, in one word of the product's vocabulary.").optional(),
  message: textSchema(MESSAGE_LENGTH_MAX, "Why, in a sentence.").optional(),
  lastTransitionTime: timestampSchema("When the status last changed.").optional(),
  observedGeneration: integerSchema(
    0,
    Number.MAX_SAFE_INTEGER,
    "The generation of the object that the condition speaks of.",
  ).optional(),
});

/** The list of conditions of a status. */
export const conditionsSchema = z.array(conditionSchema).max(CONDITIONS_MAX).meta({
  description: "What holds and what does not.",
  "x-kubernetes-list-type": "map",
  "x-kubernetes-list-map-keys": ["type"],
});

/** A condition as it stands in a status. */
export type ConditionObject = z.infer<typeof conditionSchema>;

/** What else {@link conditionObjects} needs to know. */
export interface ConditionContext {
  /** The conditions as they stand in the object now. */
  readonly previous: readonly ConditionObject[];
  readonly nowMs: Millis;
  /** `metadata.generation` of the object that was judged, where it has a spec that users write. */
  readonly observedGeneration?: number | undefined;
}

/**
 * Conditions as they are to be written. `lastTransitionTime` stays what it was while the status stays what it
 * was, so that writing the same conditions again changes nothing.
 */
export function conditionObjects(
  conditions: readonly Condition[],
  { previous, nowMs, observedGeneration }: ConditionContext,
): ConditionObject[] {
  return conditions.map(({ type, status, reason, message }) => {
    const before = previous.find((condition) => condition.type === type);
    const unchanged = before?.status === status ? before.lastTransitionTime : undefined;
    return {
      type,
      status,
      reason,
      message: message.slice(0, MESSAGE_LENGTH_MAX),
      lastTransitionTime: unchanged ?? formatTimestamp(nowMs),
      ...(observedGeneration === undefined ? {} : { observedGeneration }),
    };
  });
}
