/**
 * One action at a time, in this process and beside it (`wal.md` §10 B).
 *
 * @module
 */

import { errorText } from "../../kube/logger.ts";
import { refusal, type WalRefusal } from "../../lib/wal/reasons.ts";

/** A lock that ends with the process that holds it, however it ends. */
export interface ReliefLock {
  /** Takes the lock; undefined where somebody holds it. Does not wait. */
  tryTake(): Promise<Disposable | undefined>;
}

/** What came of an action that may not run beside another. */
export type Exclusive<Result> =
  | { readonly kind: "done"; readonly result: Result }
  | { readonly kind: "refused"; readonly refusals: readonly WalRefusal[] };

/** Does `work` if nobody else is at work; waits for nobody, because the moment may be another one then. */
export async function exclusively<Result>(
  lock: ReliefLock,
  work: () => Promise<Result>,
): Promise<Exclusive<Result>> {
  let taken: Disposable | undefined;
  try {
    taken = await lock.tryTake();
  } catch (error) {
    return refusedBecause(`Cannot take the lock of the WAL volume: ${errorText(error)}`);
  }
  if (taken === undefined) return refusedBecause("another action of the agent is under way");
  using _held = taken;
  return { kind: "done", result: await work() };
}

function refusedBecause(message: string): Exclusive<never> {
  return { kind: "refused", refusals: [refusal("ActionInFlight", message)] };
}
