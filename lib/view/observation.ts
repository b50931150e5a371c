/**
 * Things that are known, or not.
 *
 * @module
 */

import type { Reason } from "../explain/reasons.ts";
import type { Millis } from "../units/millis.ts";

/** Where a measured value came from, best first (DESIGN §4). */
export type Source = "agent" | "kubelet" | "prometheus";

/** A value with its source and its time on the controller's clock. */
export interface Known<T> {
  readonly kind: "known";
  readonly value: T;
  readonly source: Source;
  readonly observedAtMs: Millis;
}

/** No value; `reason` says why. Never read as zero (DESIGN §4). */
export interface Unknown {
  readonly kind: "unknown";
  readonly reason: Reason;
  readonly message: string;
}

/** A measurement, or the honest absence of one. */
export type Observation<T> = Known<T> | Unknown;
