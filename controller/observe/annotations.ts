/**
 * What a user says with our annotations on a Cluster (PRD Annotation Schema, Manual Override Annotations).
 *
 * @module
 */

import { ANNOTATION, ANNOTATION_PREFIX } from "../../lib/policy/annotation_keys.ts";
import type { Bytes } from "../../lib/units/bytes.ts";
import { parseTimestamp } from "../../lib/units/timestamp.ts";
import type { ManualRequest, Pause } from "../../lib/view/cluster.ts";
import { parseRole } from "../../lib/view/role.ts";
import { readQuantityBytes } from "./tolerant.ts";

/** A reason that begins so is a user's; every other one is what we wrote ourselves (DESIGN §5). */
const MANUAL_REASON_PREFIX = "manual";

/** Annotations by their complete keys. */
export type Annotations = Readonly<Record<string, string>>;

/** The annotations that are ours. */
export function ownAnnotations(annotations: Annotations): Annotations {
  return Object.fromEntries(
    Object.entries(annotations).filter(([key]) => key.startsWith(ANNOTATION_PREFIX)),
  );
}

/**
 * The pause that the annotations set.
 *
 * A `pause-until` that cannot be read leaves the pause without an end: acting against somebody's wish is
 * worse than waiting for them; so does a `paused` that is neither true nor false, which the pause then names.
 * Whether an end has passed is for the decision to say.
 */
export function readPause(annotations: Annotations): Pause {
  const paused = annotations[ANNOTATION.paused] ?? "";
  const word = paused.trim().toLowerCase();
  if (word === "" || word === "false") return { kind: "none" };
  const given = annotations[ANNOTATION.pauseReason];
  const pauseReason = word === "true" ? given : withOddValue(given, paused);
  const until = annotations[ANNOTATION.pauseUntil];
  if (until === undefined) return { kind: "paused", pauseReason };
  const untilMs = parseTimestamp(until);
  return untilMs === undefined
    ? { kind: "paused", pauseReason, invalidUntil: until }
    : { kind: "paused", pauseReason, untilMs };
}

function withOddValue(pauseReason: string | undefined, paused: string): string {
  const note = `paused "${paused}" is read as "true"`;
  return pauseReason === undefined ? note : `${pauseReason} (${note})`;
}

/**
 * The size that a user asks for: `target-size`, `expansion-requested` and an `expansion-reason` that starts
 * with `manual`, all three. A request that cannot be read, its role included, is none: a typing error must
 * not grow another volume.
 */
export function readManualRequest(annotations: Annotations): ManualRequest | undefined {
  const targetBytes = readTarget(annotations[ANNOTATION.targetSize]);
  const requestedAt = annotations[ANNOTATION.expansionRequested] ?? "";
  const reason = annotations[ANNOTATION.expansionReason] ?? "";
  const role = parseRole(annotations[ANNOTATION.targetRole] ?? "data");
  if (targetBytes === undefined || role === undefined || requestedAt === "") return undefined;
  if (!reason.startsWith(MANUAL_REASON_PREFIX)) return undefined;
  return { role, targetBytes, requestedAt, reason };
}

/** Whether a user asks to close the circuit breaker (PRD Circuit Breaker). */
export function readBreakerReset(annotations: Annotations): boolean {
  return annotations[ANNOTATION.resetCircuitBreaker] === "true";
}

function readTarget(text: string | undefined): Bytes | undefined {
  return text === undefined ? undefined : readQuantityBytes(text);
}
