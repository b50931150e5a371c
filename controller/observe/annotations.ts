/**
 * What a user says with our annotations on a Cluster (PRD Annotation Schema, Manual Override Annotations).
 *
 * @module
 */

import { ANNOTATION, ANNOTATION_PREFIX } from "../../lib/policy/annotation_keys.ts";
import { parseTimestamp } from "../../lib/units/timestamp.ts";
import type { ManualRequest, Pause } from "../../lib/view/cluster.ts";
import { parseRole } from "../../lib/view/role.ts";
import { readQuantityBytes } from "./tolerant.ts";

/** A reason that begins so is a user's (DESIGN §5). */
const USER_TRIGGERS = ["manual", "scheduled"] as const;

/** A reason that begins so is one that we wrote ourselves, and never read back as a request. */
const OWN_REASON_PREFIXES = ["threshold-breach", "time-to-full"] as const;

/** Of a value that cannot be read, so many characters are told. */
const SHOWN_MAX = 40;

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

/** What the annotations say about a size that somebody asks for. */
export type SizeRequest =
  /** They say nothing, or what they say is our own. */
  | { readonly kind: "none" }
  | { readonly kind: "request"; readonly request: ManualRequest }
  /** Somebody means something by them that is no request: a typing error must not grow another volume. */
  | { readonly kind: "unreadable"; readonly problem: string };

/**
 * The size that a user asks for: `target-size`, `expansion-requested` and an `expansion-reason` that begins
 * with `manual` or `scheduled`, all three. What is neither that nor our own is told, and never acted on.
 */
export function readSizeRequest(annotations: Annotations): SizeRequest {
  const size = annotations[ANNOTATION.targetSize] ?? "";
  const requestedAt = annotations[ANNOTATION.expansionRequested] ?? "";
  const reason = annotations[ANNOTATION.expansionReason] ?? "";
  const isOurs = OWN_REASON_PREFIXES.some((prefix) => reason.startsWith(prefix));
  const trigger = USER_TRIGGERS.find((prefix) => reason.startsWith(prefix));
  const isMeant = trigger !== undefined || size !== "" || requestedAt !== "";
  if (isOurs || !isMeant) return { kind: "none" };
  const roleText = annotations[ANNOTATION.targetRole] ?? "data";
  const role = parseRole(roleText);
  const targetBytes = readQuantityBytes(size);
  if (trigger === undefined) {
    return unreadable("expansion-reason", "a text that begins with manual or scheduled", reason);
  }
  if (targetBytes === undefined) return unreadable("target-size", "a size such as 20Gi", size);
  if (requestedAt === "") return unreadable("expansion-requested", "a time", requestedAt);
  if (role === undefined) return unreadable("target-role", "data, wal or tbs:NAME", roleText);
  return { kind: "request", request: { trigger, role, targetBytes, requestedAt, reason } };
}

function unreadable(key: string, expected: string, found: string): SizeRequest {
  const text = found.length > SHOWN_MAX ? `${found.slice(0, SHOWN_MAX)}…` : found;
  const problem = `Annotation ${key}: expected ${expected}, found ${
    text === "" ? "nothing" : `"${text}"`
  }`;
  return { kind: "unreadable", problem };
}

/** Whether a user asks to close the circuit breaker (PRD Circuit Breaker). */
export function readBreakerReset(annotations: Annotations): boolean {
  return annotations[ANNOTATION.resetCircuitBreaker] === "true";
}
