/**
 * What circuit breakers add to StorageEvents: `spec.circuitBreaker` and `status.circuitBreaker`.
 *
 * @module
 */

import * as z from "zod";
import { integerSchema, objectNameSchema, timestampSchema } from "../policy/schema_parts.ts";
import { formatTimestamp } from "../units/timestamp.ts";
import type { Role } from "../view/role.ts";
import type { BreakerProgress, BreakerSubject } from "./event.ts";
import { uidSchema } from "./event_limits.ts";
import { present, timeAt } from "./parse_fields.ts";

const FAILURES_MAX = 1_000_000_000;

/** `spec.circuitBreaker`. */
export const breakerSpecSchema = z.object({
  scope: z.enum(["volume", "global"]).meta({
    description: "Whether one volume failed too often, or the clusters of the policy together.",
  }),
  instance: objectNameSchema("Instance of the volume.").optional(),
  claimUid: uidSchema("UID of the volume's claim.").optional(),
}).meta({ description: "Whose circuit breaker the event is about." });

/** `status.circuitBreaker`. */
export const breakerStatusSchema = z.object({
  failures: integerSchema(0, FAILURES_MAX, "How often it failed in a row."),
  halfOpenTime: timestampSchema("When one more try is allowed."),
}).meta({ description: "How an open circuit breaker stands." });

type BreakerSpec = z.infer<typeof breakerSpecSchema>;

/** `spec.circuitBreaker` of a breaker. */
export function breakerSpecOf(subject: BreakerSubject): BreakerSpec {
  if (subject.scope === "global") return { scope: "global" };
  const { instance, claimUid } = subject;
  return { scope: "volume", instance, claimUid };
}

/** `status.circuitBreaker` of a breaker. */
export function breakerStatusOf(
  { failures, halfOpenAtMs }: BreakerProgress,
): z.infer<typeof breakerStatusSchema> {
  return {
    failures: Math.min(failures, FAILURES_MAX),
    halfOpenTime: formatTimestamp(halfOpenAtMs),
  };
}

/**
 * Whose breaker a stored event is about.
 *
 * @throws {SyntaxError} If a volume is meant and not named.
 */
export function parseBreakerSpec(
  { scope, instance, claimUid }: BreakerSpec,
  role: Role | undefined,
): BreakerSubject {
  if (scope === "global") return { scope };
  return {
    scope,
    instance: present(instance, "spec.circuitBreaker.instance"),
    role: present(role, "spec.role"),
    claimUid: present(claimUid, "spec.circuitBreaker.claimUid"),
  };
}

/**
 * How a stored breaker stands.
 *
 * @throws {SyntaxError} If a time cannot be read.
 */
export function parseBreakerStatus(
  { failures, halfOpenTime }: z.infer<typeof breakerStatusSchema>,
): BreakerProgress {
  return { failures, halfOpenAtMs: timeAt(halfOpenTime, "status.circuitBreaker.halfOpenTime") };
}
