/**
 * What became of a plan.
 *
 * @module
 */

import type { Action } from "../../lib/decide/plan.ts";
import type { Failure } from "./failure.ts";

/** `already`: the world is as the action wanted it. `withheld`: we may not, and know it. Neither wrote. */
export type Effect = "written" | "already" | "withheld";

/** An action that was carried out. */
export interface Done {
  readonly action: Action;
  readonly effect: Effect;
}

/** An action that failed. Reconcile looks again: at once after a conflict, later where nothing is known. */
export interface Refusal extends Failure {
  readonly action: Action;
}

/** The result of `act`. Every action of the plan is in exactly one of the lists. */
export interface ActOutcome {
  readonly done: readonly Done[];
  readonly refusals: readonly Refusal[];
  /**
   * Not tried: an earlier action of the same operation failed, the work was ended, or it tells people of something
   * and an operation has just moved, which brings the next round at once.
   */
  readonly skipped: readonly Action[];
  /** Why the rest of the plan was left alone, where it was. */
  readonly stopped?: "not-leader" | "aborted" | undefined;
}
