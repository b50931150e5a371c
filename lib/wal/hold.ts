/**
 * Holds: what keeps WAL from being removed, each from one segment on (`wal.md` §2.1).
 *
 * @module
 */

import type { Millis } from "../units/millis.ts";
import type { WalReason, WalRefusal } from "./reasons.ts";
import type { SegmentNumber } from "./segment.ts";

/** The terms of the cut-off formula, by their names in `wal.md` §2.1. */
export type Constraint = "C1" | "C2" | "C3" | "C4" | "C5" | "C6" | "C7" | "C8";

/** Something that needs every segment from one on. */
export interface WalHold {
  readonly constraint: Constraint;
  readonly reason: WalReason;
  /** The oldest segment that has to stay. */
  readonly segment: SegmentNumber;
  /** Which slot, standby or file it is. */
  readonly who?: string | undefined;
  /** How many files it is about, where it is about files. */
  readonly files?: number | undefined;
  /** Since when, by the server's clock. */
  readonly sinceMs?: Millis | undefined;
  /** Tells slots apart that want different remedies. */
  readonly slot?: SlotCondition | undefined;
}

/** How a slot that holds WAL is doing. */
export type SlotCondition = "active" | "inactive" | "temporary" | "unreserved" | "onDiskOnly";

/** What one term of the formula says: holds, or why it cannot say. Neither means that it does not apply. */
export interface ConstraintFindings {
  readonly holds: readonly WalHold[];
  readonly refusals: readonly WalRefusal[];
}

/** The term does not apply. */
export const NOTHING_HELD: ConstraintFindings = { holds: [], refusals: [] };

/** The term holds WAL. */
export function held(...holds: readonly WalHold[]): ConstraintFindings {
  return { holds, refusals: [] };
}

/** The term cannot be computed. */
export function refused(reason: WalReason, message: string): ConstraintFindings {
  return { holds: [], refusals: [{ reason, message }] };
}

/** All that several findings say. */
export function mergeFindings(findings: readonly ConstraintFindings[]): ConstraintFindings {
  return {
    holds: findings.flatMap(({ holds }) => holds),
    refusals: findings.flatMap(({ refusals }) => refusals),
  };
}
